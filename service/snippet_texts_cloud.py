"""The texts of `sekisho snippet` for mailboxes in a shared cloud; words between @ signs are filled in, secrets never.

Written after the reference of Exchange Online PowerShell (connectors, mail flow rules) and the help pages of the Google Admin
console (hosts, content compliance, SMTP relay service). Why each line is there: docs/install.md, "Mailboxes in a shared cloud".
"""

EXCHANGE_ONLINE = """
# ================================================================ B. Exchange Online
# Lines for PowerShell with the module ExchangeOnlineManagement.
#
#   mailbox ─► rule 2 ─► connector, TLS ─► Sekisho ─► [next_hop] ─► one of two:
#     a mail server of yours that delivers (then without stamp_file, 2b and 3a)
#     Exchange Online again ─► rule 1 ─► the internet
#
# Its servers hand in mail of every tenant from the same addresses, and show the same certificate for all of them: neither
# proves anything. Sekisho takes mail from there only with the proofs below, and with a reverse-path of yours.

# ---------------------------------------------------------------- B.1 Sekisho's settings
#   Exchange Online connects to port 25 and to no other. `sekisho init --cloud` makes both secrets.
#     [smtp]
#     listen = ["0.0.0.0:25"]
#     stamp_file = "@STAMP_FILE@"
#     [smtp.tls]                            # of an authority that everybody trusts, for @OUR_NAME@
#     certificate = "tls/cert.pem"
#     key = "tls/key.pem"
#     [[smtp.clients]]                      # today's networks: Microsoft's list of endpoints, Exchange Online, port 25
#     networks = [
#       @EXCHANGE_NETWORKS@
#     ]
#     shared = true
#     originator_org = ["@DOMAIN@"]         # all that X-OriginatorOrg says of your mail: your accepted domains
#     secret_header = "@HEADER@"
#     secret_file = "@SECRET_FILE@"
#   Only when mail goes back to Exchange Online:
#     [next_hop]
#     host = "@CLOUD_HOST@"    # the MX name that Microsoft gave your domain
#     port = 25
#     tls = "required"
#   The way back is by IPv4: the connector knows no other addresses.

# ---------------------------------------------------------------- B.2 Connectors
Connect-ExchangeOnline
$secret = Read-Host "The first line of @SECRET_FILE@"
$stamp  = Read-Host "The first line of @STAMP_FILE@"
$ours   = Read-Host "The public IPv4 address from which Sekisho sends"

# 2a. To Sekisho: by name, in TLS, with a certificate of that name; used by rule 2 alone.
New-OutboundConnector -Name "To Sekisho" -ConnectorType OnPremises -UseMXRecord $false -SmartHosts "@OUR_NAME@" `
  -TlsSettings DomainValidation -TlsDomain "@OUR_NAME@" -IsTransportRuleScoped $true

# 2b. Back from Sekisho: from its address alone, in TLS.
New-InboundConnector -Name "From Sekisho" -ConnectorType OnPremises -SenderDomains "*" `
  -SenderIPAddresses $ours -RequireTls $true

# ---------------------------------------------------------------- B.3 Mail flow rules, in this order
# 3a. What Sekisho has handed back: the stamp AND our address. The stamp is taken off, and rule 2 does not see it.
New-TransportRule -Name "Sekisho 1: handed back" -Priority 0 -SenderIpRanges $ours `
  -HeaderMatchesMessageHeader "X-Sekisho-Stamp" -HeaderMatchesPatterns ('^{0}$' -f $stamp) `
  -RemoveHeader "X-Sekisho-Stamp" -StopRuleProcessing $true

# 3b. All other mail of your people to the outside goes to Sekisho, with the secret, which Sekisho takes off.
#     Automatic answers (out of office) are never asked about and may leave as ever.
New-TransportRule -Name "Sekisho 2: outside by way of Sekisho" -Priority 1 `
  -FromScope InOrganization -SentToScope NotInOrganization -ExceptIfMessageTypeMatches OOF `
  -SetHeaderName "@HEADER@" -SetHeaderValue $secret -RouteMessageOutboundConnector "To Sekisho"

# ---------------------------------------------------------------- B.4 Reports
#   As in A.4: the report address lies in a sub-domain that is no accepted domain; rule 2 brings reports to Sekisho.
#   So does answer_address in [notices], if people may answer questions by mail.
# Then: sekisho check, and send one mail to the outside; its header shows our Received line and neither secret nor stamp.
"""

GOOGLE = """
# Sekisho behind Google Workspace. There is no file to edit: these are the fields of the Admin console, in order.
#
#   mailbox ─► compliance rule ─► route, TLS ─► Sekisho ─► [next_hop] ─► one of two:
#     a mail server of yours that delivers: recommended
#     Google's SMTP relay service ─► the internet
#
# Google's servers hand in mail of every customer from the same addresses, and show the same certificate for all of them:
# neither proves anything. Sekisho takes mail from there only with the secret of the rule, and with a reverse-path of yours.

# 0. Sekisho's settings. Here it listens at @HOST_IN_URL@:@PORT@; Google must reach it as @OUR_NAME@.
#    `sekisho init --cloud` makes both secrets. Today's networks: TXT of _spf.google.com.
#      [smtp]
#      listen = ["0.0.0.0:@PORT@"]
#      [smtp.tls]                            # of an authority that everybody trusts, for @OUR_NAME@
#      certificate = "tls/cert.pem"
#      key = "tls/key.pem"
#      [[smtp.clients]]
#      networks = [
#       @GOOGLE_NETWORKS@
#      ]
#      shared = true
#      secret_header = "@HEADER@"
#      secret_file = "@SECRET_FILE@"

# 1. Apps > Google Workspace > Gmail > Hosts > Add route
#      Name                              Sekisho
#      Only primary host                 @OUR_NAME@ : @PORT@
#      Require secure transport (TLS)    on
#      Require CA signed certificate     on
#      Validate certificate host name    on

# 2. Apps > Google Workspace > Gmail > Compliance > Content compliance > Configure
#      Email messages to affect          Outbound
#      Expressions                       If ANY of the following match the message
#        Metadata match                  Source IP · is not within the range · the public address of Sekisho
#        Advanced content match          Full headers · Not contains text · X-Sekisho-Stamp: (first line of @STAMP_FILE@)
#      If the expressions match          Modify message
#      Headers                           Add custom headers: @HEADER@: (first line of @SECRET_FILE@)
#      Route                             Change route: Sekisho
#      Account types to affect           Users, Groups
#    With a mail server of your own as next hop nothing comes back: the second expression is enough.

# 3. The next hop, in these settings @HOP_HOST@:@HOP_PORT@. Recommended: a mail server of your own that delivers, takes up to
#    @RECIPIENTS@ recipients in one transaction, and stands in the SPF record of @DOMAIN@.
#    Or Google again. It cannot take a header off: whoever gets a mail can read the stamp. That is why 2 looks at the address,
#    too; change the stamp now and then.
#      [smtp]
#      stamp_file = "@STAMP_FILE@"
#      [next_hop]
#      host = "smtp-relay.gmail.com"
#      port = 587
#      tls = "required"
#    Apps > Google Workspace > Gmail > Routing > SMTP relay service > Configure
#      Allowed senders                   Only addresses in my domains
#      Authentication                    Only accept mail from the specified IP addresses: the public address of Sekisho
#      Encryption                        Require TLS encryption: on

# 4. Reports. Google delivers its own domains itself, so the report address lies in a sub-domain that is not Google's; rule 2
#    brings reports to Sekisho.
#      [organisation]  domains = ["@DOMAIN@", "report.@DOMAIN@"]
#      [response]      report_address = "@REPORT_LOCAL@@report.@DOMAIN@"
#    So does answer_address in [notices], if people may answer questions by mail.

# 5. DKIM: Google signs before Sekisho, and Sekisho alters nothing but its own field; with a mail server of your own sign there
#    (signs_afterwards = true in [hold]).
# Then: sekisho check, and send one mail to the outside; its header shows our Received line and no secret.
"""

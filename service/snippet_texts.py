"""The texts of `sekisho snippet`, one a product; words between @ signs are filled in from the settings.

Written after each product's own manual: Postfix FILTER_README, SMTPD_PROXY_README, postconf(5); the Exim specification,
manualroute and smtp; smtpd.conf(5) of OpenSMTPD; the Exchange Management Shell. The clouds' stand in snippet_texts_cloud.py.
"""

POSTFIX = """
# Sekisho beside Postfix. Choose ONE of the two ways; part 0 belongs to both.
# Only mail of your own people goes through Sekisho: the lines stand at the submission services, not at port 25,
# where the internet hands in its mail.

# ---------------------------------------------------------------- 0. both ways
# /etc/postfix/main.cf
#   Sekisho takes up to @OCTETS@ octets; a larger limit here only means a later refusal.
message_size_limit = @OCTETS@
#   Reports of misdirected mail, and answers to questions, come to us and nowhere else.
transport_maps = hash:/etc/postfix/transport
#   So do the addresses of cases, @REPORT_LOCAL@+NUMBER.…, to which answers to letters come: the line below covers them, too.
recipient_delimiter = +

# /etc/postfix/transport      (then: postmap /etc/postfix/transport)
@REPORT@    sekisho:@HOST_IN_BRACKETS@:@PORT@
@ANSWER@    sekisho:@HOST_IN_BRACKETS@:@PORT@
#   The address must be a known recipient of its domain, or Postfix refuses it before it looks here:
#   name it where the domain's recipients are listed (virtual_mailbox_maps, relay_recipient_maps, local_recipient_maps).

# /etc/postfix/master.cf
#   To Sekisho. 600 s: longer than Sekisho ever needs, so that no message is sent twice.
sekisho   unix  -       -       n       -       @CONNECTIONS@      smtp
    -o smtp_send_xforward_command=yes
    -o smtp_data_done_timeout=@WAIT@s
    -o smtp_data_xfer_timeout=@WAIT@s
    -o disable_mime_output_conversion=yes
    -o smtp_generic_maps=
    -o smtp_header_checks=
    -o smtp_tls_security_level=may

#   Back from Sekisho: the [next_hop] of its settings. Takes mail from this machine only and asks nobody again.
#   no_header_body_checks, no_unknown_recipient_checks: was done when the mail came in.
@HOP_HOST@:@HOP_PORT@ inet n  -       n       -       -       smtpd
    -o syslog_name=postfix/reinject
    -o content_filter=
    -o smtpd_proxy_filter=
    -o receive_override_options=no_unknown_recipient_checks,no_header_body_checks
    -o smtpd_helo_restrictions=
    -o smtpd_client_restrictions=
    -o smtpd_sender_restrictions=
    -o smtpd_relay_restrictions=
    -o smtpd_recipient_restrictions=permit_mynetworks,reject
    -o smtpd_data_restrictions=
    -o smtpd_end_of_data_restrictions=
    -o mynetworks=127.0.0.0/8,[::1]/128
    -o smtpd_authorized_xforward_hosts=127.0.0.0/8,[::1]/128
    -o smtpd_client_connection_count_limit=0
    -o smtpd_client_connection_rate_limit=0
    -o smtpd_client_message_rate_limit=0
    -o smtpd_recipient_limit=@RECIPIENTS@
    -o smtpd_timeout=@WAIT@s
#   A milter that signs with DKIM belongs here and not at the submission service, so that it signs what leaves;
#   then set signs_afterwards = true in [hold]. Without one add: no_milters to receive_override_options.

# ---------------------------------------------------------------- 1. after the queue: content_filter
#   The client is answered at once and Postfix keeps the mail while Sekisho is away. Recommended.
# /etc/postfix/main.cf
#   All recipients of a message in one transaction: otherwise "too many recipients" cannot be seen.
sekisho_destination_recipient_limit = @RECIPIENTS@
sekisho_destination_concurrency_limit = @CONNECTIONS@

# /etc/postfix/master.cf
#   no_address_mappings: aliases are expanded once, after Sekisho; it judges what the sender wrote.
submission inet n     -       y       -       -       smtpd
    -o syslog_name=postfix/submission
    -o smtpd_tls_security_level=encrypt
    -o smtpd_sasl_auth_enable=yes
    -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
    -o content_filter=sekisho:@HOST_IN_BRACKETS@:@PORT@
    -o receive_override_options=no_address_mappings
#   Mail of programs on this machine (sendmail command), too:
pickup    unix  n     -       y       60      1       pickup
    -o content_filter=sekisho:@HOST_IN_BRACKETS@:@PORT@
    -o receive_override_options=no_address_mappings

# ---------------------------------------------------------------- 2. before the queue: smtpd_proxy_filter
#   The client hears the next hop's own answer; while Sekisho is away, clients are told to try again later.
# /etc/postfix/master.cf
#   speed_adjust: the whole message is received before a connection to Sekisho is taken.
#submission inet n     -       y       -       @CONNECTIONS@      smtpd
#    -o syslog_name=postfix/submission
#    -o smtpd_tls_security_level=encrypt
#    -o smtpd_sasl_auth_enable=yes
#    -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
#    -o smtpd_proxy_filter=@HOST_IN_URL@:@PORT@
#    -o smtpd_proxy_timeout=@WAIT@s
#    -o smtpd_proxy_options=speed_adjust
#    -o smtpd_recipient_limit=@RECIPIENTS@

# In Sekisho's settings, so that its log and Received line name the real client:
#   [smtp]
#   xforward_networks = ["127.0.0.0/8"]
# Then: postfix check && postfix reload && sekisho check
"""

EXIM = """
# Sekisho beside Exim: mail to the outside goes to Sekisho, comes back on port @HOP_PORT@ and leaves from there.

# ---------------------------------------------------------------- main section
#   Port @HOP_PORT@ for mail that Sekisho hands back, on loopback only; keep the ports you have.
local_interfaces = <; 0.0.0.0.25 ; 0.0.0.0.587 ; 127.0.0.1.@HOP_PORT@
message_size_limit = @MEGABYTES@M
#   No limit below Sekisho's, or one message becomes several.
recipients_max = @RECIPIENTS@

# ---------------------------------------------------------------- begin acl: first statement of acl_smtp_rcpt
#   What Sekisho hands back was accepted before.
  accept  condition = ${if ={$received_port}{@HOP_PORT@}}
          hosts     = 127.0.0.1 : ::1

# ---------------------------------------------------------------- begin routers: before all others
#   Reports of misdirected mail come to Sekisho, wherever they are from. Exim does not tell it from where: with
#   [response] inside_networks = [] in its settings the desk decides about every report; otherwise a forged one is believed.
sekisho_report:
  driver = manualroute
  domains = @OWN_DOMAINS@
  local_parts = @OWN_LOCALS@
#   The addresses of cases, to which answers to letters come: @REPORT_LOCAL@+NUMBER.…
  local_part_suffix = +*
  local_part_suffix_optional
  transport = sekisho_smtp
  route_list = * @HOST@ byname
  self = send
  no_more

#   Mail to the outside that has not been there yet.
sekisho_ask:
  driver = manualroute
  domains = ! +local_domains
  condition = ${if !={$received_port}{@HOP_PORT@}}
  transport = sekisho_smtp
  route_list = * @HOST@ byname
  self = send
  no_more

# ---------------------------------------------------------------- begin transports
#   final_timeout: longer than Sekisho ever needs, so that no message is sent twice.
sekisho_smtp:
  driver = smtp
  port = @PORT@
  allow_localhost
  max_rcpt = @RECIPIENTS@
  multi_domain = true
  command_timeout = 5m
  data_timeout = @WAIT@s
  final_timeout = @WAIT@s

# Then: exim -bV && exim -bt someone@example.com, and sekisho check
"""

OPENSMTPD = """
# Sekisho beside OpenSMTPD 6.6 or later: /etc/smtpd.conf (Debian: /etc/opensmtpd/smtpd.conf).
# OpenSMTPD waits 5 minutes for the answer to a message, and this cannot be set: keep the sum of dns_timeout, wall,
# connect_timeout and data_timeout in Sekisho's settings below that (it is, by default).

#   Mail that Sekisho hands back. On Linux the interface is "lo", on OpenBSD "lo0".
listen on lo port @HOP_PORT@ tag SEKISHO
smtp max-message-size "@MEGABYTES@M"

action "sekisho" relay host "smtp://@HOST_IN_URL@:@PORT@"
action "outside" relay

#   The first match wins: what comes back leaves, and is not asked about again.
match tag SEKISHO from any for any action "outside"
#   Reports of misdirected mail come to Sekisho, wherever they are from. OpenSMTPD does not tell it from where: with
#   [response] inside_networks = [] in its settings the desk decides about every report; otherwise a forged one is believed.
#   The first line covers the addresses of cases, too, @REPORT_LOCAL@+NUMBER.…, to which answers to letters come.
match from any for rcpt-to "@REPORT@" action "sekisho"
match from any for rcpt-to "@ANSWER@" action "sekisho"
#   Mail of your own people. Keep your "for local" and "for domain" lines above these two for mail inside the house.
match auth from any for any action "sekisho"
match from local for any action "sekisho"

# Then: smtpd -n, and sekisho check
"""

EXCHANGE = """
# Sekisho behind Exchange. Part A: Exchange Server (2016, 2019, Subscription Edition), lines for the Exchange Management Shell.
# Part B: Exchange Online.
#
# ================================================================ A. Exchange Server
# Mail to the outside leaves Exchange through Sekisho; Sekisho's [next_hop] is the mail server that faces the internet
# (@HOP_HOST@:@HOP_PORT@ in these settings), not Exchange again: it would send the mail back.

# 1. Everything that is not for your own accepted domains goes to Sekisho. Exchange waits 10 minutes for an answer.
New-SendConnector -Name "Sekisho" -Usage Custom `
  -AddressSpaces "SMTP:*;1" -DNSRoutingEnabled $false `
  -SmartHosts "@HOST@" -Port @PORT@ -SmartHostAuthMechanism None `
  -MaxMessageSize @MEGABYTES@MB -ConnectionInactivityTimeOut 00:10:00 `
  -SourceTransportServers "EX01"

# 2. Switch off the connector that has sent "*" to the internet until now.
#    Get-SendConnector shows its name.
# Set-SendConnector -Identity "Internet" -Enabled $false

# 3. One transaction for all recipients of a message.
Set-TransportConfig -MaxRecipientEnvelopeLimit @RECIPIENTS@

# 4. Reports. Exchange delivers its accepted domains itself, so the report address lies in a sub-domain it does not accept:
#      [organisation]  domains = ["@DOMAIN@", "report.@DOMAIN@"]
#      [response]      report_address = "@REPORT_LOCAL@@report.@DOMAIN@"
#    A contact makes it easy to find in the address book:
New-MailContact -Name "Misdirected mail" -ExternalEmailAddress "@REPORT_LOCAL@@report.@DOMAIN@"
#    So does answer_address in [notices], if people may answer questions by mail.

# In Sekisho's settings: client_networks names the Exchange servers, one by one, for example ["192.0.2.25/32"]. Exchange does
# not tell where a report comes from: with [response] inside_networks = [] the desk decides about every one; otherwise a forged
# one is believed.
# Then: sekisho check
"""

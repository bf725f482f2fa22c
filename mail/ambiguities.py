"""ambiguities: what lets two readers see two messages in one content, by name; which of them are asked about the rule says."""

AMBIGUITIES = (
    "bad_base64",  # junk or an end in the middle
    "bad_quoted_printable",  # = without two hexadecimal digits
    "bare_cr",  # a lone CR in a header or at a boundary
    "blank_fold",  # a continuation line of white space only
    "data_behind_end",  # parts or fields behind the closing boundary
    "duplicate_boundary",
    "duplicate_content_type",
    "duplicate_transfer_encoding",
    "encoded_message",  # base64 or quoted-printable on a message or multipart (RFC 2045 6.4)
    "field_in_fold",  # a continuation line that looks like a field
    "fields_around_parts",  # in front of or behind the parts, on text that reads the same for them
    "malformed_content_type",
    "mbox_line",
    "message_in_base64",  # whole, so that who does not decode it sees nothing
    "misdeclared_charset",  # text that is another text under the charset it names
    "missing_boundary",  # a multipart whose boundary is nowhere to be found
    "no_blank_line",  # something that is no field among the fields, and fields of MIME behind it
    "no_parts",  # a multipart without a boundary, and nothing in it that anybody could take for a part
    "nul",
    "odd_field",  # something that is no field, and nothing behind it that would change what is read
    "odd_transfer_encoding",  # one that nobody knows, on words that read the same under every encoding
    "repeated_content_type",  # of text twice, which is read by what it is
    "space_before_colon",
    "split_parameter",  # a boundary in pieces (RFC 2231 3)
    "too_many_parameters",
    "unknown_charset",
    "unknown_transfer_encoding",
    "utf7",  # that is none, so that decoders differ
    "utf7_as_declared",
    "words_behind_base64",  # as a list puts its footer behind an encoded body
)
"""The closed list of `Message.ambiguous`."""

"""The organisation of most tests, as its settings name it."""

SETTINGS = """\
[organisation]
name = "橘建築設計事務所"
domains = ["tachibana.example"]
admins = ["admin@tachibana.example"]
[[organisation.people]]
address = "ono@tachibana.example"
superior = "natori@tachibana.example"
[[organisation.people]]
address = "natori@tachibana.example"
roles = ["leader"]
[[organisation.people]]
address = "mori@tachibana.example"
roles = ["deputy", "privacy officer"]
"""

"""Who the keys in these tests belong to, and how a test seals her words."""

HER_NUMBER, HER_WORDS = "+447700900123", "Mujhe madad chahiye"
HER, HIM = "contact-her", "contact-him"


def seal(keys, contact=HER, table="messages", column="body", row="m1", text=HER_WORDS):
    return keys.seal(contact, table, column, row, text)

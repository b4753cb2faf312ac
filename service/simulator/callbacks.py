"""The parameters of Twilio's webhooks (twilio.com/docs/messaging/guides/webhook-request, …/outbound-message-status).

OptOutType is left out: Twilio sends it only with Advanced Opt-Out, which this account does not use.
"""

from __future__ import annotations

from datetime import UTC, datetime

import phonenumbers

from .messages import API_VERSION, Message, message_uri

PUBLIC_API = "https://api.twilio.com"
PLACE = ("City", "State", "Zip")


def inbound_params(message: Message, account_sid: str) -> dict[str, str]:
    """What tells the service of a text: Twilio knows no city for most of the world's numbers, and sends it empty."""
    params = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.sender or "",
        "FromCountry": country(message.sender or ""),
        "MessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(message.num_segments),
        "ReferralNumMedia": "0",
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.recipient,
        "ToCountry": country(message.recipient),
    }
    for side in ("From", "To"):
        params.update({side + part: "" for part in PLACE})
    for number, media in enumerate(message.media):
        params[f"MediaUrl{number}"] = f"{PUBLIC_API}{message_uri(account_sid, message.sid)}/Media/{media.sid}"
        params[f"MediaContentType{number}"] = media.content_type
    return params


def status_params(message: Message, status: str, error_code: int | None, account_sid: str) -> dict[str, str]:
    """What tells the service how far a message has come."""
    params = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender or "",
        "MessageSid": message.sid,
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "To": message.recipient,
    }
    if error_code:
        params["ErrorCode"] = str(error_code)
    if message.service_sid:
        params["MessagingServiceSid"] = message.service_sid
    if status in ("delivered", "undelivered"):
        params["RawDlrDoneDate"] = datetime.fromtimestamp(message.updated_ms / 1000, UTC).strftime("%y%m%d%H%M")
    return params


def country(number: str) -> str:
    """The two letters of the country that a number belongs to; empty if it is none."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_country_code(parsed.country_code or 0)

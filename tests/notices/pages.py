"""The forms of a notice as a person fills them in."""

from typing import Any

LOCAL: dict[str, Any] = {
    "order": "现在转移",
    "hazard": "山洪",
    "grade": "red",
    "areas": "柳湾村",
    "text": "上游水库加大泄洪，河水半小时内上涨两米。",
    "measures": "往高处走，到柳湾小学\n不要过河，不要回家取东西",
    "body": "青崖县防汛抗旱指挥部",
    "starts": "2026-07-12T03:00",
    "ends": "2026-07-12T09:00",
    "loud": "y",
}
NOTICE: dict[str, Any] = {
    "form": "通知",
    "body": "青崖县应急管理局",
    "title": "今晚河边不要停车",
    "text": "上游可能放水，请把停在河边的车挪到高处。",
    "areas": "柳湾镇",
    "roles": "灾害信息员",
}

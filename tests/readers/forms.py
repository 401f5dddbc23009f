"""Small valid messages of each form, and ways to spoil them."""

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent / "samples"
CAP12 = "urn:oasis:names:tc:emergency:cap:1.2"
CAP11 = "urn:oasis:names:tc:emergency:cap:1.1"

CAP = f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="{CAP12}">
  <identifier>QY-1</identifier>
  <sender>qingya@example.cn</sender>
  <sent>2026-07-12T02:38:00+08:00</sent>
  <status>Actual</status>
  <msgType>Update</msgType>
  <source>值班一</source>
  <scope>Public</scope>
  <addresses>"a b" c</addresses>
  <code>c1</code>
  <code>c2</code>
  <note>说明</note>
  <references>s1,i1,2026-07-12T01:00:00+08:00 s2,i2,2026-07-11T23:00:00+08:00</references>
  <incidents>incident-7</incidents>
  <info>
    <language>en-US</language>
    <category>Met</category>
    <category>Safety</category>
    <event>Rainstorm</event>
    <responseType>Evacuate</responseType>
    <urgency>Immediate</urgency>
    <severity>Extreme</severity>
    <certainty>Observed</certainty>
    <headline>Qingya issues red warning for rainstorm</headline>
  </info>
  <info>
    <language>zh-CN</language>
    <category>Met</category>
    <event>暴雨</event>
    <urgency>Immediate</urgency>
    <severity>Extreme</severity>
    <certainty>Observed</certainty>
    <audience>全县</audience>
    <eventCode><valueName>national</valueName><value>11B03</value></eventCode>
    <effective>2026-07-12T02:38:00+08:00</effective>
    <onset>2026-07-12T03:00:00+08:00</onset>
    <expires>2026-07-12T05:38:00+08:00</expires>
    <senderName>青崖县气象台</senderName>
    <headline>青崖县气象台发布暴雨红色预警信号</headline>
    <description> 过去3小时
  雨大 </description>
    <instruction>转移</instruction>
    <web>http://example.cn/1</web>
    <contact>0578-1</contact>
    <parameter><valueName>ColorCN</valueName><value>红色</value></parameter>
    <resource><resourceDesc>图</resourceDesc><mimeType>image/png</mimeType><size>12</size>
      <uri>http://example.cn/a.png</uri><digest>aa</digest></resource>
    <area>
      <areaDesc>青崖县</areaDesc>
      <polygon>28.0,119.0 28.1,119.0 28.1,119.1 28.0,119.0</polygon>
      <circle>28.05,119.05 3.5</circle>
      <geocode><valueName>CPEAS Geographic Code</valueName><value>331199000000</value></geocode>
      <geocode><valueName>SAME</valueName><value>006017</value></geocode>
      <altitude>100</altitude>
      <ceiling>200.5</ceiling>
    </area>
  </info>
</alert>
"""

NATIONAL = (SAMPLES / "cn_12379_alert.xml").read_text(encoding="utf-8")

OWN: dict[str, Any] = {
    "identifier": "QY-9",
    "sender": "青崖县气象台",
    "sent": "2026-07-12T02:38:00+08:00",
    "event": "暴雨",
    "event_code": "11B03",
    "colour": "红色",
    "headline": "青崖县气象台发布暴雨红色预警信号",
    "description": "雨大",
    "expires": "2026-07-11T21:38:00Z",
    "area_codes": ["331199", "柳湾-3"],
}


def cap(**changes: str) -> bytes:
    """The CAP message with the first text of an element replaced: cap(status="Test"). Empty takes the element away."""
    text = CAP
    for name, value in changes.items():
        start = text.index(f"<{name}>")
        end = text.index(f"</{name}>") + len(name) + 3
        text = text[:start] + (f"<{name}>{value}</{name}>" if value else "") + text[end:]
    return text.encode()


def swapped(text: str, *pairs: tuple[str, str]) -> bytes:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def feed(name: str) -> Any:
    return json.loads((SAMPLES / "cn_json_feeds.json").read_text(encoding="utf-8"))[name]


def packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

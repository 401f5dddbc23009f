"""Whose phones the story of both ways holds: userids of the county's staff, openids on the account."""

OFFICER = "liuyang"
DIGIT = "lixiuying"  # 李秀英: types a digit, and forwards to the group
MORE = ("cun037-b", "cun039-a")  # type a digit too, where the machine was busy when 李秀英 did
SILENT, SECOND = "cun038-a", "cun038-b"  # 康春田 and his B, 黎春强
JOINS, ACCOUNT = "何桂香", "o-story-01"  # has no WeCom
RESIDENT = "o-demo-01"  # 褚秀兰: scans the poster
PLEA = "o-demo-02"  # 吕桂芳: cries for help, and unsubscribes afterwards
LATE = "o-demo-03"  # 孙建军: leaves and comes back
PLACELESS = "o-demo-24"  # 许银凤: follows without a poster
HOME = "529926101200"  # 柳湾村
GROUP = "00000000-0000-4000-8000-000000000035"  # its group's robot

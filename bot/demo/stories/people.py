"""Whose phones and seats the stories of a day hold: userids of the county's staff, openids of its residents."""

OFFICER, NIGHT_OFFICER, LEADER = "liuyang", "zhiban2", "sunzhiyuan"  # at the desk: 刘洋、傅长莲、带班领导孙志远
OFFICER_PHONE, NIGHT_PHONE, LEADER_PHONE = "liuyang", "xian-zb2", "sunzhiyuan"
FAST = "lixiuying"  # 李秀英, informant of 柳湾村: answers at once
SILENT, SECOND = "cun038-a", "cun038-b"  # 康春田, who does not, and his B, 黎春强
MENDER, MENDS = "王建国", "wangjianguo"  # a grid worker of 柳湾村
BYSTANDER = "cun037-b"  # is named in no drill
CALLED = "邱廷岩"  # is telephoned
RESIDENT, HOME = "o-demo-01", "529926101200"  # 褚秀兰, of 柳湾村

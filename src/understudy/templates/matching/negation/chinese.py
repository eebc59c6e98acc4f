"""Chinese denials, simplified and traditional: 不要取消, 请勿, 别; what is denied follows, or stands behind 把."""

from __future__ import annotations

import re

from understudy.templates.matching.negation.grammar import Unspaced

_NOT = (
    r"(?P<cue>(?<![要想用需])(?:不要(?![紧緊])|不想|不需要|不用|不必|不打算|不希望)|[无無]需|[请請切]勿"
    r"|[没沒]有?(?:要求|申请|申請|打算)|[从從]未(?:要求|申请|申請)"
    r"|(?:(?<=^)|(?<=[请請先就也您你])|(?<=千万)|(?<=千萬))[别別](?![的人处處名样樣说說忘]))"
)
_BETWEEN = "(?:再次|再|[给給]|[帮幫]|[为為]|替|我[们們]?|您|你[们們]?|要|想|去|来|來)*"
_IDEOGRAPH = r"[\u3400-\u4dbf\u4e00-\u9fff]"
GRAMMAR = Unspaced(
    denials=(
        re.compile(rf"{_NOT}{_BETWEEN}(?![把将將])(?P<what>{_IDEOGRAPH}{{2}})"),
        re.compile(rf"{_NOT}{_BETWEEN}[把将將](?P<what>{_IDEOGRAPH}{{2,10}})"),
    ),
    unless=re.compile(r"[为為]什[么麼]|[为為]何|怎[么麼样樣]|[吗嗎]|可以不|能不|是否|[会會]不[会會]"),
    part=re.compile(r"(?:(?![我你您他她的了吗嗎呢吧啊请請想要把将將给給帮幫这這个個])[\u3400-\u4dbf\u4e00-\u9fff])+"),
)

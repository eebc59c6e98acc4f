"""Japanese denials, folded: requests (…ないでください), wishes (…たくない), and what is not needed (…不要)."""

from __future__ import annotations

import re

from understudy.templates.matching.negation.grammar import Unspaced

_RUN = r"[\u30a0-\u30ff]{2,}|[\u3400-\u4dbf\u4e00-\u9fff]+"
_DENIED = r"[\u30a0-\u30ff]{2,20}|[\u3400-\u4dbf\u4e00-\u9fff]{1,8}"
"""Such a run before a denying word; bounded, so that a long one is not read again from each of its characters."""
_BETWEEN = r"[\u3041-\u309f]{0,5}?"
_PLEASE = r"ください|下さい|ほしい|欲しい|くれ|もらえ|いただ|頂|お願い|ね$|よ$|$"
GRAMMAR = Unspaced(
    denials=(
        re.compile(rf"(?P<what>{_DENIED}){_BETWEEN}(?P<cue>ないで)(?={_PLEASE})"),
        re.compile(
            rf"(?P<what>{_DENIED}){_BETWEEN}"
            r"(?P<cue>たくな[いく]|たくありません|たくはな[いく]|なくていい|なくて結構|なくても(?:いい|良い|よい|結構)|てほしくな[いく]"
            r"|て欲しくな[いく]|つもりはな[いく]|つもりはありません|必要はな[いく]|必要はありません)"
        ),
        re.compile(
            rf"(?P<what>{_DENIED})(?:の)?(?:は|も)"
            r"(?P<cue>不要|いりません|要りません|いらない|要らない|必要ありません|必要ない|必要ないです|結構です|希望しません|望みません)"
        ),
    ),
    unless=re.compile("なぜ|何故|どうして"),
    part=re.compile(_RUN),
)

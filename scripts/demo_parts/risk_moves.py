"""What people and accidents do to grades in the fictional park: overrides with their lives, accidents, a rule switched off and on again.

Told by hand for places in the list of enterprises; those a small park does not have are left out. What colour stands at that moment is
asked before anybody overrules it, so the story holds whatever day it ends on.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from rules.bands import Colour
from rules.terms import TargetKind
from scripts.demo_parts.founding import Ground, Target
from scripts.demo_parts.life import Step
from scripts.demo_parts.risk_plotting import RiskPlotter
from scripts.demo_parts.stage import Stage
from server.grading.schemas import AccidentForm, AssessmentForm, OverrideForm, SourceView, VerificationForm
from server.grading.service import (
    assess_source,
    close_accident,
    confirm_end,
    confirm_lower,
    form_of,
    get_grade,
    raise_by_hand,
    read_register,
    record_accident,
    refuse_lower,
    request_end,
    request_lower,
    retire_point,
    set_policy,
    void_accident,
)
from server.unit_of_work import Work

_RULE = "overdue_general_hazard"


class _Accident(msgspec.Struct, frozen=True, kw_only=True):
    place: int
    share: float
    title: str
    description: str
    accident_class: str
    serious_injuries: int = 0
    loss_wan: str = "0"
    closed_after: int | None = None
    void_reason: str = ""


_ACCIDENTS = (
    _Accident(
        place=3,
        share=0.3,
        title="浇注时铁水溅出烫伤",
        description="浇包倾动过快，铁水溅到地坑积水，一人小腿重度烫伤。",
        accident_class="灼烫",
        serious_injuries=1,
        loss_wan="18.5",
        closed_after=48,
    ),
    _Accident(
        place=7,
        share=0.84,
        title="压砖机清模挤压",
        description="清模时未停机上锁，合模挤压右手，重伤一人，原因正在调查。",
        accident_class="机械致害",
        serious_injuries=1,
        loss_wan="12",
    ),
    _Accident(
        place=13,
        share=0.6,
        title="叉车刮碰立柱",
        description="转运时刮碰货架立柱，无人受伤。",
        accident_class="厂(场)内车辆致害",
        loss_wan="0.6",
        void_reason="经核实发生在相邻企业租用的库房，登记错了企业。",
    ),
)
_OFF = "全园逾期数据正在与纸质台账核对，核对期间暂停按逾期升级（2026 年第三次安全例会议定）。"
_ON = "台账核对完成，恢复按逾期升级。"


class RiskMoves:
    """The steps that move grades in one park. Every instant is a share of the registers' time."""

    def __init__(self, stage: Stage, ground: Ground, plotter: RiskPlotter) -> None:
        self._stage = stage
        self._ground = ground
        self._plotter = plotter
        self._enterprises = [one for one in ground.targets if one.kind is TargetKind.ENTERPRISE]
        self._overrides: dict[int, UUID] = {}
        """Place in the list → the override asked for there."""
        self._accidents: dict[int, UUID] = {}

    def steps(self) -> Iterator[Step]:
        """Everything planned, in any order."""
        yield from self._switching()
        for place, share, act in self._acts():
            if place < len(self._enterprises):
                yield Step(self._plotter.at(share), lambda act=act, place=place: act(place, self._enterprises[place]))  # type: ignore[misc]
        for one in _ACCIDENTS:
            if one.place < len(self._enterprises):
                yield from self._accident_steps(one, self._plotter.at(one.share))

    def _acts(self) -> Iterator[tuple[int, float, Callable[[int, Target], None]]]:
        yield 5, 0.8, self._raise
        yield 12, 0.5, self._raise
        yield 12, 0.72, self._ask_to_end
        yield 12, 0.76, self._agree_to_end
        yield 6, 0.74, self._ask_to_lower
        yield 6, 0.78, self._agree_to_lower
        yield 14, 0.66, self._ask_to_lower
        yield 14, 0.69, self._refuse_to_lower
        yield 1, 0.97, self._ask_to_lower
        yield 3, 0.86, self._lower_with_measures
        yield 10, 0.7, self._take_down

    def _switching(self) -> Iterator[Step]:
        def switch(*, is_on: bool, reason: str) -> None:
            with self._stage.work(self._ground.office) as work:
                set_policy(work, self._stage.rulebook, _RULE, is_on=is_on, reason=reason)

        yield Step(self._plotter.at(0.45), lambda: switch(is_on=False, reason=_OFF))
        yield Step(self._plotter.at(0.62), lambda: switch(is_on=True, reason=_ON))

    # What people overrule

    def _raise(self, place: int, target: Target) -> None:
        """One colour up: the enterprise, or one of its points where the enterprise is red already."""
        with self._stage.work(self._ground.office) as work:
            grade = get_grade(work, target.id)
            colour, point_id = grade.colour, None
            if colour is None or colour is Colour.RED:
                colour, point_id = next(((one.colour, one.id) for one in reversed(grade.points) if one.colour is not None), (None, None))
            if colour is None or colour is Colour.RED:
                return
            reason = "专家会诊：新投产线工艺未稳定，自动切断阀尚在调试，稳定运行前从严管控。"
            form = OverrideForm(enterprise_id=target.id, colour=_beside(colour, -1), reason=reason, point_id=point_id)
            self._overrides[place] = raise_by_hand(work, self._stage.rulebook, form).id

    def _ask_to_end(self, place: int, _: Target) -> None:
        with self._stage.work(self._ground.office) as work:
            if place in self._overrides:
                request_end(work, self._overrides[place], "新线已连续稳定运行两个月，切断阀调试合格，专家复核同意恢复。")

    def _agree_to_end(self, place: int, _: Target) -> None:
        with self._stage.work(self._ground.leader) as work:
            if place in self._overrides:
                confirm_end(work, self._stage.rulebook, self._overrides[place])

    def _ask_to_lower(self, place: int, target: Target) -> None:
        with self._stage.work(self._ground.office) as work:
            assessed = get_grade(work, target.id).assessed
            if assessed is None or assessed is Colour.BLUE:
                return
            reason = "最高风险的风险点已停用待拆，能源已切断上锁，拆除前不再投用；其余各点均不高于所申请等级。"
            form = OverrideForm(enterprise_id=target.id, colour=_beside(assessed, 1), reason=reason)
            self._overrides[place] = request_lower(work, self._stage.rulebook, form).id

    def _agree_to_lower(self, place: int, _: Target) -> None:
        with self._stage.work(self._ground.leader) as work:
            if place in self._overrides:
                confirm_lower(
                    work, self._stage.rulebook, self._overrides[place], "现场看过，能源切断、挂牌上锁属实，同意；恢复使用前须重新评价。"
                )

    def _refuse_to_lower(self, place: int, _: Target) -> None:
        with self._stage.work(self._ground.leader) as work:
            if place in self._overrides:
                refuse_lower(work, self._overrides[place], "停用的设备仍带电，未见上锁挂牌，不同意下调。")

    def _lower_with_measures(self, _: int, target: Target) -> None:
        """A confirmed source falls by one row of likelihood, after new measures were verified by one and approved by another."""
        with self._stage.work(self._ground.office) as work:
            views = read_register(work, self._stage.rulebook, target.id).sources
            view = next((one for one in views if one.colour is Colour.ORANGE and one.is_confirmed and one.source.method == "lec"), None)
            if view is not None:
                assess_source(work, self._stage.rulebook, view.source.id, self._lower_form(view, work))

    def _lower_form(self, view: SourceView, work: Work) -> AssessmentForm:
        if view.assessment is None:
            raise LookupError("an orange source without an assessment")
        before = form_of(view.assessment)
        verification = VerificationForm(
            verified_on=work.today,
            verified_by=self._ground.names[self._ground.inspectors[0]],
            approved_by=self._ground.names[self._ground.leader],
        )
        return msgspec.structs.replace(
            before,
            chosen={**before.chosen, "likelihood": "0.5"},
            reason="新装重量限制器、双制动并与地坑积水检测联锁，试运行一个月有效。",
            verification=verification,
        )

    def _take_down(self, _: int, target: Target) -> None:
        with self._stage.work(self._ground.office) as work:
            points = read_register(work, self._stage.rulebook, target.id).points
            if len(points) > 1:
                retire_point(work, self._stage.rulebook, points[-1].point.id, "设备已拆除，工序取消，现场核实场地已清空。")

    # What happened

    def _accident_steps(self, one: _Accident, at: datetime) -> Iterator[Step]:
        target = self._enterprises[one.place]
        yield Step(at, lambda: self._record(one, target))
        if one.closed_after is not None:
            yield Step(at + timedelta(days=one.closed_after), lambda: self._close(one))
        if one.void_reason:
            yield Step(at + timedelta(days=1), lambda: self._void(one))

    def _record(self, one: _Accident, target: Target) -> None:
        with self._stage.work(self._ground.office) as work:
            form = AccidentForm(
                enterprise_id=target.id,
                occurred_on=work.today - timedelta(days=1),
                title=f"{one.title}（虚构）",
                description=one.description,
                accident_class=one.accident_class,
                deaths=0,
                serious_injuries=one.serious_injuries,
                loss_wan=Decimal(one.loss_wan),
            )
            self._accidents[one.place] = record_accident(work, self._stage.rulebook, form).id

    def _close(self, one: _Accident) -> None:
        with self._stage.work(self._ground.office) as work:
            reason = "调查报告已批复，浇注地坑加装积水检测和排水，责任人已处理，相关风险点已重新评价。"
            close_accident(work, self._stage.rulebook, self._accidents[one.place], reason)

    def _void(self, one: _Accident) -> None:
        with self._stage.work(self._ground.office) as work:
            void_accident(work, self._stage.rulebook, self._accidents[one.place], one.void_reason)


def _beside(colour: Colour, step: int) -> Colour:
    """The colour next to one; -1 is more dangerous."""
    order = list(Colour)
    return order[order.index(colour) + step]

"""One of everything in a world: what a park holds after some months, made through the services, named so that others can be kept out.

Enterprise A (湘瓷) gets a check filed from a phone with photos and findings, hazards in every state of their life, orders from draft to
archive, replies, re-inspections, papers, a task, a document kept aside, a risk register, chemicals; the park gets a zone and a grid.
Enterprise B gets one hazard of its own, so that its pages are not empty.
"""

import io
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from rules.bands import Colour
from rules.layout import LayoutKind
from rules.terms import ConditionMilestone, ControlMeasureKind, HazardLevel, ProjectAction, ReinspectionResult, Role, TargetKind
from server.accounts.schemas import AccountForm
from server.accounts.service import create_account, enrol_device
from server.admission.schemas import ConditionForm, DecisionForm
from server.admission.service import decide
from server.canonical import canonical_bytes
from server.enterprises.schemas import TargetForm
from server.enterprises.service import create_target
from server.grading.papers import PAPERS
from server.grading.schemas import AccidentForm, ChemicalForm, ChemicalUnitForm, MeasureForm, OverrideForm, PointForm, SourceForm
from server.grading.service import (
    add_points,
    get_grade,
    get_point,
    issue_paper,
    issue_park_report,
    raise_by_hand,
    read_point,
    record_accident,
    save_chemical_unit,
    withdraw_grading_paper,
)
from server.hazards.service import void_hazard
from server.ids import new_id
from server.inspections.decoding import read_submission
from server.inspections.reading import read_inspection
from server.inspections.schemas import InspectionDocument
from server.inspections.service import Filing, file_inspection
from server.layout.schemas import ObjectsForm
from server.layout.service import add_objects
from server.models.admission import AdmissionCondition
from server.models.documents import SetAsideDocument
from server.models.hazards import Hazard
from server.models.orders import IssuedPaper, RectificationOrder
from server.models.photos import PhotoUse
from server.parks.schemas import GridForm, ZoneForm
from server.parks.service import create_grid, create_zone
from server.photos.service import keep_upload, record_photo
from server.planning.service import add_pause, add_visit, drop_visit, move_visit
from server.rectification.service import archive_order, issue_opinion, withdraw_order
from server.screening.attachments import attach_files, evidence_store, keep_file
from server.screening.invitations import invite, revoke_invitation
from server.screening.schemas import NewProject
from server.screening.service import complete_project, create_project, run_screening, save_draft, submit_description
from server.tasks.schemas import TaskForm
from server.tasks.service import plan_task
from tests.admission_hands import Screener
from tests.cast import PASSWORD, World
from tests.catalogue_hands import make_catalogue, make_impact
from tests.pictures import jpeg
from tests.server.grading_hands import ORANGE, RED, YELLOW, Grading, lec, point
from tests.server.office import RULEBOOK, Office
from tests.server.plan_hands import Planner


class Admission(msgspec.Struct, frozen=True, kw_only=True):
    """A project described, screened and being described anew, with an applicant's link and a file."""

    project_id: UUID
    invitation_id: UUID
    attachment_id: UUID
    token: str


class FullLife(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of everything that belongs to park A (and, there, to enterprise A), and the words that would give it away."""

    hazards: Mapping[str, UUID]
    """By the step of its life each has reached."""
    orders: Mapping[str, UUID]
    papers: tuple[UUID, ...]
    grading_paper_id: UUID
    verification_codes: tuple[str, ...]
    inspection_id: UUID
    photos: tuple[str, ...]
    task_id: UUID
    aside_id: UUID
    site_id: UUID
    plan_id: UUID
    visit_ids: tuple[UUID, ...]
    """Two visits of the year's plan at enterprise A, the first released as a task."""
    pause_id: UUID
    zone_id: UUID
    grid_id: UUID
    account_id: UUID
    """An account made for nothing else: it may be closed."""
    device_id: UUID
    layout_object_id: UUID
    """A school distances are measured to."""
    admission: Admission
    condition_id: UUID
    """Of a project admitted with one."""
    register: Mapping[str, UUID]
    """A risk unit, a risk point in it with a hazard source, and a unit of chemicals, by these names."""
    moves: Mapping[str, UUID]
    """What moves the grade: an override and an accident, by these names."""
    editions: Mapping[str, UUID]
    """Editions of the park's catalogue by their state."""
    change_id: UUID
    records: Mapping[str, UUID]
    """Comparisons with official texts by their state."""
    impact_id: UUID
    line_id: UUID
    secrets: Mapping[str, str]
    """What enterprise B must never read, by what it is."""
    park_secrets: Mapping[str, str]
    """What another park must never read besides."""


class _Maker:
    """A world while one of everything is made in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.office = Office(world)
        self.secrets: dict[str, str] = {"enterprise": "湘瓷日用瓷"}
        self.park_secrets: dict[str, str] = {}

    def describe(self, what: str) -> dict[str, str]:
        """Words of a finding that occur nowhere else."""
        self.secrets[f"location {what}"] = f"甲厂{what}工段"
        self.secrets[f"title {what}"] = f"甲厂隐患之{what}"
        return {"description": f"甲厂隐患之{what}，妨碍疏散。", "location": f"甲厂{what}工段"}

    def found(self, what: str) -> UUID:
        """A hazard nobody has looked at."""
        words = self.describe(what)
        return self.office.find(description=words["description"], location=words["location"], photos=(self.office.photo(),))

    def rectifying(self, what: str) -> UUID:
        """A hazard whose order was served."""
        hazard_id = self.office.confirm(self.found(what))
        self.office.serve(self.office.issued(hazard_id))
        return hazard_id

    def order_of(self, hazard_id: UUID) -> UUID:
        """The order a hazard stands on."""
        order_id = self.office.hazard(hazard_id).order_id
        if order_id is None:
            raise LookupError("the hazard stands on no order")
        return order_id

    def filing(self, document_id: UUID, document: dict[str, Any]) -> Filing:
        """A document from the inspector's phone."""
        submission = read_submission(canonical_bytes(document), "application/json", InspectionDocument, (("answers", "findings"),))
        reading = read_inspection(document_id, submission.document, RULEBOOK, self.world.clock.now())
        with self.world.work_as("inspector") as work:
            return file_inspection(work, RULEBOOK, self.world.services.epoch, document_id, submission, reading)

    def picture(self, seed: int) -> str:
        """A photo sent by the inspector's phone."""
        kept = keep_upload(self.world.services.photo_store, io.BytesIO(jpeg(seed=seed)), max_bytes=10_000_000)
        with self.world.work_as("inspector") as work:
            record_photo(work, kept)
        return kept.sha256


def live_fully(world: World) -> FullLife:
    """Make one of everything."""
    maker = _Maker(world)
    zone_id, grid_id = _places(world)
    inspection_id, aside_id = _check(maker)
    hazards = _hazards(maker)
    orders = _orders(maker, hazards)
    account_id, device_id = _person(world)
    grading_paper_id = _grading(maker)
    maker.office.find(target=world.other_enterprise_id, description="乙厂自己的隐患。", location="乙厂车间")
    task_id, site_id = _task_and_site(maker, zone_id)
    plan_id, visit_ids, pause_id = _year_plan(maker)
    register = _register(maker)
    moves = _moves(maker)
    admission = _project(maker, zone_id)
    condition_id = _admitted(maker)
    editions, change_id, records = make_catalogue(world)
    impact_id, line_id = make_impact(world)
    layout_object_id = _layout(maker)
    papers, codes, photos = _collect(maker)
    return FullLife(
        hazards=hazards,
        orders=orders,
        papers=papers,
        grading_paper_id=grading_paper_id,
        verification_codes=codes,
        inspection_id=inspection_id,
        photos=photos,
        task_id=task_id,
        aside_id=aside_id,
        site_id=site_id,
        plan_id=plan_id,
        visit_ids=visit_ids,
        pause_id=pause_id,
        zone_id=zone_id,
        grid_id=grid_id,
        account_id=account_id,
        device_id=device_id,
        layout_object_id=layout_object_id,
        register=register,
        moves=moves,
        condition_id=condition_id,
        editions=editions,
        change_id=change_id,
        records=records,
        impact_id=impact_id,
        line_id=line_id,
        admission=admission,
        secrets=maker.secrets,
        park_secrets=maker.park_secrets
        | {
            "park": "示范园区",
            "inspector": "王检",
            "zone": "甲片区",
            "grid": "甲网格",
            "officer": "网格员甲",
            "account": "临时工甲",
            "enterprise B": "渌江电瓷",
            "edition": "甲园目录",
            "entry of the park": "甲园自订条目",
            "wording": "甲园所见原文",
            "project": "甲园待比对项目",
        },
    )


def _places(world: World) -> tuple[UUID, UUID]:
    with world.work_as("admin") as work:
        zone = create_zone(work, ZoneForm(name="甲片区"))
        grid = create_grid(work, GridForm(name="甲网格", zone_id=zone.id, officer_name="网格员甲", officer_phone="13900000001"))
        return zone.id, grid.id


def _check(maker: _Maker) -> tuple[UUID, UUID]:
    edition = RULEBOOK.at(maker.world.clock.today()).checklists.find_template("GEN")
    if edition is None:
        raise LookupError("no general checklist is in force")
    item = next(one.code for one in edition.items if not one.major_ids)
    before, scene, signature = maker.picture(101), maker.picture(102), maker.picture(103)
    words = maker.describe("检查发现")
    document_id = new_id()
    moment = maker.world.clock.now().isoformat()
    document = {
        "target": {"kind": "enterprise", "id": str(maker.world.enterprise_id), "name": "湘瓷日用瓷（虚构）"},
        "checklists": [{"code": "GEN", "edition": edition.edition}],
        "started_at": moment,
        "finished_at": moment,
        "clock": {"device_at": moment, "monotonic_ms": 1000},
        "position": {"latitude": 27.66, "longitude": 113.51, "accuracy_m": 8},
        "inspectors": ["王检", "赵检"],
        "answers": [{"item": item, "result": "fail"}],
        "findings": [{"id": str(new_id()), "item": item, "photos": [{"sha256": before, "source": "camera"}], **words}],
        "photos": [{"sha256": scene, "source": "camera"}],
        "signatures": [{"party": "enterprise", "name": "李企", "sha256": signature}],
        "note": "甲厂检查备注",
    }
    filing = maker.filing(document_id, document)
    if filing.receipt is None:
        raise LookupError("the check was not filed")
    maker.filing(document_id, document | {"note": "甲厂另一份备注"})
    with maker.world.work_as("office", write=False) as work:
        aside_id = work.session.scalars(select(SetAsideDocument.id)).one()
    maker.secrets["inspection"] = filing.receipt.number
    maker.secrets |= {"note of the check": "甲厂检查备注", "note kept aside": "甲厂另一份备注"}
    return document_id, aside_id


def _hazards(maker: _Maker) -> dict[str, UUID]:
    office = maker.office
    hazards = {"found": maker.found("待定级"), "confirmed": office.confirm(maker.found("已定级"))}
    hazards["drafted"] = office.confirm(maker.found("已起草"))
    hazards["issued"] = office.confirm(maker.found("已签发"))
    hazards["withdrawn"] = office.confirm(maker.found("已撤回"))
    hazards["void"] = maker.found("作废")
    with maker.world.work_as("office") as work:
        void_hazard(work, hazards["void"], "重复登记")
    served = {"rectifying": "整改中", "submitted": "已提交", "failed": "未通过", "verified": "已复查", "closed": "已销号"}
    for name, what in served.items():
        hazards[name] = maker.rectifying(what)
    for name in ("submitted", "failed", "verified", "closed"):
        office.reply(hazards[name])
    maker.secrets["measure of a reply"] = "纸箱移至成品库"
    office.look_again(hazards["failed"], ReinspectionResult.FAIL)
    office.look_again(hazards["verified"])
    office.look_again(hazards["closed"])
    office.close(hazards["closed"])
    hazards["major"] = office.confirmed(HazardLevel.MAJOR, location="甲厂重大工段")
    maker.secrets["location of a major hazard"] = "甲厂重大工段"
    return hazards


def _orders(maker: _Maker, hazards: Mapping[str, UUID]) -> dict[str, UUID]:
    office = maker.office
    orders = {
        "draft": office.draft(hazards["drafted"]),
        "issued": office.issued(hazards["issued"]),
        "withdrawn": office.issued(hazards["withdrawn"]),
        "served": maker.order_of(hazards["rectifying"]),
        "answered": maker.order_of(hazards["submitted"]),
        "archived": maker.order_of(hazards["closed"]),
    }
    with maker.world.work_as("office") as work:
        withdraw_order(work, orders["withdrawn"], "写错了单位")
    with maker.world.work_as("office") as work:
        issue_opinion(work, RULEBOOK, orders["archived"])
        archive_order(work, orders["archived"])
    return orders


def _person(world: World) -> tuple[UUID, UUID]:
    with world.work_as("admin") as work:
        form = AccountForm(username="temporary", password=PASSWORD, name="临时工甲", role=Role.INSPECTOR)
        account = create_account(work, form)
        return account.id, enrol_device(work, account, name="临时手机", platform="test").device_id


def _task_and_site(maker: _Maker, zone_id: UUID) -> tuple[UUID, UUID]:
    world = maker.world
    today = world.clock.today()
    maker.secrets |= {"task": "甲厂检查任务", "site": "甲厂分厂区"}
    with world.work_as("office") as work:
        assignees = (world.accounts["inspector"].id,)
        form = TaskForm(
            target_id=world.enterprise_id,
            checklists=("GEN",),
            assignees=assignees,
            planned_on=today,
            due_on=today + timedelta(days=7),
            note="甲厂检查任务",
        )
        task = plan_task(work, RULEBOOK, form)
        site = create_target(work, TargetForm(kind=TargetKind.SITE, name="甲厂分厂区", enterprise_id=world.enterprise_id, zone_id=zone_id))
        return task.id, site.id


def _grading(maker: _Maker) -> UUID:
    """A register with its papers: one of each kind issued, the last of them taken back; the first is given."""
    world = maker.world
    Grading(world).add(point("甲厂窑炉系统", RED), point("甲厂化料间", ORANGE))
    maker.secrets |= {"risk point": "甲厂窑炉系统", "risk paper taken back": "甲厂名称有误"}
    with world.work_as("office") as work:
        papers = [issue_paper(work, RULEBOOK, kind, world.enterprise_id) for kind in PAPERS if PAPERS[kind].subject_kind == "enterprise"]
        withdraw_grading_paper(work, RULEBOOK, papers[-1].id, "甲厂名称有误")
        issue_park_report(work, RULEBOOK, since=date(2026, 9, 30))
    return papers[0].id


def _moves(maker: _Maker) -> dict[str, UUID]:
    """People and accidents move the grade: a point is raised by hand, an accident is recorded."""
    world = maker.world
    maker.secrets |= {"reason of an override": "甲厂上调的理由", "accident": "甲厂挤压事故", "what happened": "甲厂三号线清模"}
    with world.work_as("office") as work:
        point_id = next(one.id for one in get_grade(work, world.enterprise_id).points if one.name == "甲厂化料间")
        form = OverrideForm(enterprise_id=world.enterprise_id, colour=Colour.RED, reason="甲厂上调的理由", point_id=point_id)
        override = raise_by_hand(work, RULEBOOK, form)
        accident = record_accident(
            work,
            RULEBOOK,
            AccidentForm(
                enterprise_id=world.enterprise_id,
                occurred_on=work.today,
                title="甲厂挤压事故",
                description="甲厂三号线清模",
                deaths=0,
                serious_injuries=0,
            ),
        )
        return {"override": override.id, "accident": accident.id}


def _register(maker: _Maker) -> dict[str, UUID]:
    enterprise_id = maker.world.enterprise_id
    maker.secrets |= {
        "risk unit": "甲厂风险单元",
        "risk point in the register": "甲厂风险点",
        "hazard source": "甲厂危险源",
        "measure": "甲厂管控措施",
    }
    maker.secrets |= {"unit of chemicals": "甲厂制冷机房", "purpose of a chemical": "甲厂冷库"}
    measure = MeasureForm(kind=ControlMeasureKind.ENGINEERING, text="甲厂管控措施")
    source = SourceForm(name="甲厂危险源", measures=(measure,), assessment=lec(ORANGE))
    starter = SourceForm(name="甲厂待确认危险源", assessment=lec(YELLOW), is_confirmed=False)
    chemical = ChemicalForm(name="氨", quantity_t=Decimal("9.9"), purpose="甲厂冷库")
    with maker.world.work_as("office") as work:
        form = PointForm(unit="甲厂风险单元", name="甲厂风险点", sources=(source, starter))
        added = add_points(work, RULEBOOK, enterprise_id, [form])
        kept = get_point(work, added.point_ids[0])
        view, _ = read_point(work, RULEBOOK, kept.id)
        chemicals = save_chemical_unit(work, RULEBOOK, enterprise_id, ChemicalUnitForm(name="甲厂制冷机房", chemicals=(chemical,)))
        return {"point": kept.id, "unit": kept.unit_id, "source": view.sources[0].source.id, "chemicals": chemicals.id}


def _year_plan(maker: _Maker) -> tuple[UUID, tuple[UUID, ...], UUID]:
    """A plan in force, this month released; the reasons of its changes occur nowhere else."""
    world, planner = maker.world, Planner(maker.world)
    maker.secrets |= {"reason of a moved visit": "甲厂窑炉检修改期", "reason of a dropped visit": "甲厂停产取消"}
    maker.park_secrets |= {"decision on frequencies": "示安委〔2026〕3号", "pause of the plan": "示范园区年底赶工"}
    with world.work_as("office") as work:
        pause = add_pause(work, date(2026, 12, 28), date(2026, 12, 31), None, "示范园区年底赶工")
    plan_id = planner.in_force()
    kept, moved, *_ = planner.visits()
    planner.change(move_visit, moved.id, planner.form(date(2026, 12, 22), reason="甲厂窑炉检修改期"))
    planner.change(add_visit, plan_id, world.enterprise_id, planner.form(date(2026, 12, 23), reason="专项检查"))
    extra = next(one for one in planner.visits() if one.id not in (kept.id, moved.id))
    planner.change(drop_visit, extra.id, "甲厂停产取消")
    planner.release(plan_id, kept.planned_on.month)
    return plan_id, (kept.id, moved.id), pause.id


def _admitted(maker: _Maker) -> UUID:
    """A project admitted with a condition, its opinion issued."""
    maker.secrets |= {"condition of a project": "甲厂装设联锁切断阀"}
    project_id = Screener(maker.world).reviewed()
    form = ConditionForm(text="甲厂装设联锁切断阀", responsible="申报单位", milestone=ConditionMilestone.BEFORE_TRIAL)
    with maker.world.work_as("leader") as work:
        decided = DecisionForm(action=ProjectAction.ADMIT_WITH_CONDITIONS, reason="符合定位", conditions=(form,))
        decision = decide(work, RULEBOOK, project_id, decided)
        query = select(AdmissionCondition.id).where(AdmissionCondition.decision_id == decision.id, AdmissionCondition.ordinal == 1)
        return work.session.scalars(query).one()


def _project(maker: _Maker, zone_id: UUID) -> Admission:
    facts = {
        "name": "甲厂外墙砖扩建（虚构）",
        "build_type": "扩建",
        "industry_codes": ["3071"],
        "products": [{"name": "陶瓷外墙砖"}],
        "materials": [{"name": "稀释剂"}],
        "location": {"in_park": True},
    }
    maker.secrets |= {"project": "甲厂外墙砖扩建", "source of a project": "甲厂环评公示"}
    with maker.world.work_as("screener") as work:
        form = NewProject(name="甲厂外墙砖扩建（虚构）", applicant_name="湘瓷（虚构）", source_title="甲厂环评公示", zone_id=zone_id)
        project = create_project(work, form)
        submit_description(work, project.id, facts)
        complete_project(work, project.id)
        run_screening(work, RULEBOOK, project.id)
        save_draft(work, project.id, {"name": "甲厂外墙砖扩建（虚构）", "products-0-name": "陶瓷外墙砖"})
        invitation, _ = invite(work, project.id, "甲厂李经理", 14)
        # A living link opens the project to whoever holds it; the one everybody may try is dead.
        dead, token = invite(work, project.id, "甲厂李经理", 14)
        revoke_invitation(work, project.id, dead.id)
        file = keep_file(evidence_store(maker.world.settings.data_folder), io.BytesIO(jpeg(seed=104)), "甲厂公示.jpg")
        (attachment,) = attach_files(work, project.id, [file])
        maker.secrets |= {"invited": "甲厂李经理", "file of a project": "甲厂公示.jpg"}
        return Admission(project_id=project.id, invitation_id=invitation.id, attachment_id=attachment.id, token=token)


def _layout(maker: _Maker) -> UUID:
    maker.secrets |= {"school near the park": "甲片区小学", "source of a school": "甲片区手持定位"}
    drawn = '{"type": "Point", "coordinates": [113.51, 27.66]}'
    with maker.world.work_as("screener") as work:
        form = ObjectsForm(
            kind=LayoutKind.SCHOOL,
            name="甲片区小学（虚构）",
            geojson=drawn,
            source="甲片区手持定位",
            surveyed_on=work.today,
            accuracy_m=Decimal(10),
        )
        return add_objects(work, form)[0].id


def _collect(maker: _Maker) -> tuple[tuple[UUID, ...], tuple[str, ...], tuple[str, ...]]:
    """The papers, their codes and the photos, and the numbers printed on what belongs to enterprise A."""
    mine = maker.world.enterprise_id
    with maker.world.work_as("office", write=False) as work:
        numbers = work.session.scalars(select(Hazard.number).where(Hazard.enterprise_id == mine)).all()
        orders = work.session.scalars(select(RectificationOrder.document_number).where(RectificationOrder.enterprise_id == mine)).all()
        photos = tuple(work.session.scalars(select(PhotoUse.sha256).where(PhotoUse.park_id == work.park_id).distinct()))
        # Those about the whole park name enterprise A; no enterprise may see them.
        of_mine = or_(IssuedPaper.enterprise_id == mine, IssuedPaper.enterprise_id.is_(None))
        papers = work.session.scalars(select(IssuedPaper).where(of_mine)).all()
    maker.secrets |= {f"hazard {number}": number for number in numbers}
    maker.secrets |= {f"order {number}": number for number in orders if number}
    maker.secrets |= {f"paper {paper.document_number}": paper.document_number for paper in papers}
    maker.secrets |= {f"photo {place}": sha256 for place, sha256 in enumerate(photos)}
    return tuple(paper.id for paper in papers), tuple(paper.verification_code for paper in papers), photos

//! The project that takes the items, and its lanes: found, made, or chosen by what they mean.

use super::ImportError;
use super::existing;
use super::report::Origin;
use super::session::Session;
use crate::command::{Change, NewLane, NewProject};
use crate::form;
use crate::model::{Lane, LaneCategory, LaneId, Project, ProjectId, ProjectStatus};
use crate::rejection::{Rejection, RejectionCode};

/// The project of an import with its lanes in order, deleted ones too.
pub(super) struct Frame {
    pub(super) project: ProjectId,
    pub(super) default_lane: Option<LaneId>,
    pub(super) lanes: Vec<Lane>,
}

impl Frame {
    /// The project of the options, made with these lanes where it does not exist.
    pub(super) fn open(
        session: &mut Session<'_>,
        title: &str,
        new_id: Option<ProjectId>,
        lanes: Vec<NewLane>,
    ) -> Result<Self, ImportError> {
        let Some(key) = session.options.project_key.clone() else {
            return Err(Rejection::invalid("project_key", "name the project that takes the items").into());
        };
        let key = form::key(&key)?;
        let title = session.options.project_title.clone().unwrap_or_else(|| title.to_owned());
        session.count_read("projects", 1);
        let project = match session.read(|c| existing::project(c, &key))? {
            Some(project) => {
                session.count_unchanged("projects");
                project
            }
            None => {
                let title = if title.trim().is_empty() { key.clone() } else { title };
                make(session, NewProject { id: new_id, lanes, ..NewProject::new(key.clone(), title) })?;
                session.count_created("projects");
                let found = session.read(|c| existing::project(c, &key))?;
                found.ok_or_else(|| Rejection::not_found("project"))?
            }
        };
        if project.status == ProjectStatus::Archived {
            let message = "the project is archived: unarchive it first";
            return Err(Rejection::new(RejectionCode::Archived, message).into());
        }
        let Project { id, default_lane, .. } = project;
        let mut frame = Self { project: id, default_lane, lanes: Vec::new() };
        frame.reload(session)?;
        Ok(frame)
    }

    pub(super) fn reload(&mut self, session: &Session<'_>) -> Result<(), ImportError> {
        self.lanes = session.read(|c| existing::lanes(c, self.project))?;
        Ok(())
    }

    fn live(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter().filter(|lane| lane.deleted_at.is_none())
    }

    /// The live lane with this status value.
    pub(super) fn by_status(&self, status: &str) -> Option<&Lane> {
        self.live().find(|lane| lane.status == status)
    }

    /// The lane that means this: one with the usual status value, else the first one of the nearest category.
    pub(super) fn by_meaning(&self, category: LaneCategory, usual: &str) -> Option<&Lane> {
        use LaneCategory::{Backlog, Canceled, Completed, Started, Unstarted};
        let nearest = match category {
            Backlog => [Backlog, Unstarted, Started],
            Unstarted => [Unstarted, Backlog, Started],
            Started => [Started, Unstarted, Backlog],
            Completed => [Completed, Canceled, Completed],
            Canceled => [Canceled, Completed, Canceled],
        };
        let usual = self.by_status(usual).filter(|lane| lane.category == category);
        usual
            .or_else(|| nearest.iter().find_map(|wanted| self.live().find(|lane| lane.category == *wanted)))
            .or_else(|| self.default_lane.and_then(|id| self.live().find(|lane| lane.id == id)))
            .or_else(|| self.live().next())
    }

    /// A new lane for a status that none stands for.
    pub(super) fn add(
        &mut self,
        session: &mut Session<'_>,
        name: &str,
        category: LaneCategory,
    ) -> Result<(), ImportError> {
        let lane = NewLane { id: None, name: name.to_owned(), status: None, category, wip_limit: None };
        session.count_read("swim_lanes", 1);
        let change = Change::CreateLane { project: self.project.into(), lane, place: None };
        match session.commit(vec![change.into()])? {
            Ok(_) => session.count_created("swim_lanes"),
            Err(rejection) => session.refuse("swim_lanes", Origin::new(None, name), &rejection),
        }
        self.reload(session)
    }
}

fn make(session: &mut Session<'_>, new: NewProject) -> Result<(), ImportError> {
    match session.commit(vec![Change::CreateProject(new).into()])? {
        Ok(_) => Ok(()),
        Err(rejection) => Err(ImportError::Refused(rejection)),
    }
}

/// What common names of states mean, in the languages boards are kept in.
pub(super) fn category_by_name(name: &str) -> Option<LaneCategory> {
    let name = name.trim().to_lowercase().replace(['-', '_'], " ");
    let table: [(LaneCategory, &[&str]); 5] = [
        (LaneCategory::Backlog, BACKLOG),
        (LaneCategory::Unstarted, UNSTARTED),
        (LaneCategory::Started, STARTED),
        (LaneCategory::Completed, COMPLETED),
        (LaneCategory::Canceled, CANCELED),
    ];
    table.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(category, _)| *category)
}

const BACKLOG: &[&str] = &[
    "backlog",
    "product backlog",
    "icebox",
    "ideas",
    "inbox",
    "someday",
    "later",
    "deferred",
    "wish list",
    "wishlist",
    "proposed",
    "triage",
    "ideen",
    "später",
    "idées",
    "plus tard",
    "en attente",
    "idee",
    "ideas",
    "pendientes",
    "más tarde",
    "ideias",
    "やりたいこと",
    "バックログ",
    "アイデア",
    "いつか",
    "积压",
    "待定",
    "想法",
    "待辦清單",
    "백로그",
    "아이디어",
    "бэклог",
    "идеи",
];
const UNSTARTED: &[&str] = &[
    "to do",
    "todo",
    "to dos",
    "open",
    "new",
    "ready",
    "next",
    "next up",
    "planned",
    "selected for development",
    "sprint backlog",
    "this week",
    "today",
    "blocked",
    "offen",
    "zu erledigen",
    "zu tun",
    "geplant",
    "neu",
    "à faire",
    "a faire",
    "prêt",
    "por hacer",
    "pendiente",
    "a fazer",
    "para fazer",
    "da fare",
    "te doen",
    "att göra",
    "やること",
    "未着手",
    "これから",
    "予定",
    "今週",
    "今日",
    "待办",
    "待辦",
    "未开始",
    "할 일",
    "예정",
    "сделать",
    "к выполнению",
    "новые",
    "do zrobienia",
];
const STARTED: &[&str] = &[
    "doing",
    "in progress",
    "in work",
    "in development",
    "working",
    "working on",
    "wip",
    "active",
    "started",
    "in review",
    "review",
    "code review",
    "testing",
    "in test",
    "qa",
    "verify",
    "hooked",
    "pinned",
    "in arbeit",
    "in bearbeitung",
    "in prüfung",
    "test",
    "en cours",
    "en revue",
    "en curso",
    "en progreso",
    "em andamento",
    "fazendo",
    "in corso",
    "bezig",
    "pågående",
    "作業中",
    "進行中",
    "対応中",
    "着手",
    "レビュー",
    "レビュー中",
    "確認中",
    "テスト",
    "进行中",
    "處理中",
    "测试",
    "진행 중",
    "진행중",
    "검토",
    "в работе",
    "в процессе",
    "на проверке",
    "w toku",
];
const COMPLETED: &[&str] = &[
    "done",
    "complete",
    "completed",
    "closed",
    "close",
    "finished",
    "resolved",
    "released",
    "shipped",
    "deployed",
    "live",
    "archive",
    "archived",
    "fertig",
    "erledigt",
    "abgeschlossen",
    "fait",
    "terminé",
    "termine",
    "fini",
    "hecho",
    "terminado",
    "completado",
    "feito",
    "concluído",
    "fatto",
    "completato",
    "klaar",
    "gereed",
    "klart",
    "クローズ",
    "完了",
    "終了",
    "済み",
    "済",
    "リリース済み",
    "完成",
    "已完成",
    "완료",
    "готово",
    "сделано",
    "выполнено",
    "zrobione",
];
const CANCELED: &[&str] = &[
    "canceled",
    "cancelled",
    "won't do",
    "wont do",
    "won't fix",
    "wontfix",
    "rejected",
    "dropped",
    "abandoned",
    "duplicate",
    "obsolete",
    "abgebrochen",
    "verworfen",
    "abgelehnt",
    "annulé",
    "abandonné",
    "cancelado",
    "descartado",
    "annullato",
    "geannuleerd",
    "中止",
    "却下",
    "キャンセル",
    "見送り",
    "保留中止",
    "取消",
    "已取消",
    "취소",
    "отменено",
    "отклонено",
    "anulowane",
];

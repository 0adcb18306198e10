import Foundation
import PM
import XCTest

/// Every command of the engine is a method, and does what it says. `check.py` holds this file against the commands there
/// are.
final class EveryCommandTests: EngineTestCase {
    private func changes(_ result: PartResult, _ kind: EntityKind, line: UInt = #line) {
        XCTAssertEqual(result.entityKind, kind, line: line)
        XCTAssertTrue(result.changed, line: line)
    }

    func test_given_the_tenant_projects_and_members_when_changed_by_their_methods_then_each_commits() throws {
        let (_, ada) = try self.ada()
        changes(try ada.updateTenantSettings([.timerCapSeconds(28_800)]), .tenantSettings)
        changes(try ada.updateUser("bob", [.name("Bob"), .email(nil)]), .user)
        let project = try ada.createProject(key: "NX", title: "The next one")
        XCTAssertEqual(project.key, "NX")
        changes(try ada.updateProject("NX", [.title("Another")], expectedVersion: 1), .project)
        changes(try ada.archiveProject("NX"), .project)
        changes(try ada.unarchiveProject("NX"), .project)
        changes(try ada.setMember("bob", of: "NX", role: .viewer), .member)
        changes(try ada.removeMember("bob", of: "NX"), .member)
        changes(try ada.deleteProject("NX"), .project)
        changes(try ada.restoreProject(project.id), .project)
        try ada.deleteProject("NX")
        changes(try ada.purgeProject(project.id), .project)
        let eve = User(
            id: "eve", kind: .human, name: "Eve", email: nil, createdAt: Date(timeIntervalSince1970: 0), version: 1)
        changes(try ada.loadEntity(.user(eve)), .user)
        let settings = try ada.query.snapshot().entities.compactMap { entity -> TenantSettings? in
            if case .tenantSettings(let settings) = entity { return settings }
            return nil
        }
        XCTAssertEqual(settings.map(\.timerCap), [28_800])
    }

    func test_given_lanes_when_changed_by_their_methods_then_each_commits() throws {
        let (_, ada) = try self.ada()
        let lane = try ada.createLane(project: "PM", name: "Testing", category: .started, wipLimit: 3)
        changes(lane, .lane)
        changes(try ada.updateLane("testing", of: "PM", [.name("Trying"), .wipLimit(nil)]), .lane)
        changes(try ada.moveLane(lane.id, to: .first), .lane)
        changes(try ada.deleteLane("testing", of: "PM"), .lane)
        changes(try ada.restoreLane(lane.id), .lane)
    }

    func test_given_items_and_dependencies_when_changed_by_their_methods_then_each_commits() throws {
        let (_, ada) = try self.ada()
        try ada.createItem(project: "PM", kind: .task, title: "One")
        try ada.createItem(project: "PM", kind: .bug, title: "Other")
        changes(try ada.updateItem("PM-1", [.title("Two")]), .workItem)
        changes(try ada.moveItem("PM-1", lane: "todo"), .workItem)
        let dependency = try ada.addDependency(.relatesTo, "PM-1", "PM-2")
        changes(dependency, .dependency)
        changes(try ada.removeDependency(dependency.id), .dependency)
        changes(try ada.relate("PM-1", to: "PM-2"), .dependency)
        changes(try ada.deleteItem("PM-1"), .workItem)
        changes(try ada.restoreItem("PM-1"), .workItem)
        try ada.deleteItem("PM-2")
        changes(try ada.purgeItem("PM-2"), .workItem)
    }

    func test_given_sprints_when_changed_by_their_methods_then_each_commits() throws {
        let (_, ada) = try self.ada()
        let sprint = try ada.createSprint(project: "PM", name: "First")
        changes(sprint, .sprint)
        let day = DateComponents(year: 2027, month: 1, day: 1)
        changes(try ada.updateSprint(sprint.id, [.startDate(day)]), .sprint)
        changes(try ada.startSprint(sprint.id), .sprint)
        changes(try ada.completeSprint(sprint.id), .sprint)
        changes(try ada.deleteSprint(sprint.id), .sprint)
        changes(try ada.restoreSprint(sprint.id), .sprint)
        let second = try ada.createSprint(project: "PM", name: "Second")
        changes(try ada.cancelSprint(second.id), .sprint)
    }

    func test_given_comments_and_time_when_changed_by_their_methods_then_each_commits() throws {
        let (_, ada) = try self.ada()
        try ada.createItem(project: "PM", kind: .task, title: "One")
        let comment = try ada.addComment(to: "PM-1", "A word")
        changes(comment, .comment)
        changes(try ada.editComment(comment.id, "Two words"), .comment)
        changes(try ada.deleteComment(comment.id), .comment)
        changes(try ada.restoreComment(comment.id), .comment)
        changes(try ada.purgeComment(comment.id), .comment)
        changes(try ada.startTimer(on: "PM-1", note: "thinking"), .timeEntry)
        changes(try ada.stopTimer(), .timeEntry)
        let now = Date()
        let entry = try ada.addTimeEntry(
            on: "PM-1", from: now.addingTimeInterval(-7200), to: now.addingTimeInterval(-3600), user: "bob")
        changes(entry, .timeEntry)
        changes(try ada.updateTimeEntry(entry.id, [.endedAt(now.addingTimeInterval(-1800))]), .timeEntry)
        XCTAssertEqual(try ada.query.timeTotals(scope: .user("bob"), by: .user).duration, 5400)
        changes(try ada.deleteTimeEntry(entry.id), .timeEntry)
        changes(try ada.restoreTimeEntry(entry.id), .timeEntry)
    }

    func test_given_dates_and_instants_that_are_none_when_passed_then_they_are_invalid() throws {
        let (_, ada) = try self.ada()
        for day in [DateComponents(), DateComponents(year: 2026, month: 2, day: 30), DateComponents(year: -1, month: 1, day: 1)] {
            let refused = refusal { try ada.createItem(project: "PM", kind: .task, title: "One", dueDate: day) }
            XCTAssertEqual(refused?.code(), "invalid")
        }
        for estimate in [TimeInterval.nan, .infinity, -1] {
            let refused = refusal { try ada.createItem(project: "PM", kind: .task, title: "One", estimate: estimate) }
            XCTAssertEqual(refused?.code(), "invalid")
        }
        try ada.createItem(project: "PM", kind: .task, title: "One")
        for instant in [Date(timeIntervalSince1970: .infinity), Date(timeIntervalSince1970: 1e300)] {
            let refused = refusal { try ada.addTimeEntry(on: "PM-1", from: instant, to: Date()) }
            XCTAssertEqual(refused?.code(), "invalid")
        }
    }

    func test_given_an_instant_when_made_a_date_then_it_is_that_of_the_time_zone() throws {
        let instant = Date(timeIntervalSince1970: 0)
        let west = try XCTUnwrap(TimeZone(secondsFromGMT: -3600))
        XCTAssertEqual(instant.calendarDate(in: west), DateComponents(year: 1969, month: 12, day: 31))
    }
}

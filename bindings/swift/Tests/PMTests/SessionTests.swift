import Foundation
import PM
import XCTest

final class SessionTests: EngineTestCase {
    func test_given_an_item_with_many_fields_when_read_then_it_is_what_was_given() throws {
        let (_, ada) = try self.ada()
        let epic = try ada.createItem(project: "PM", kind: .epic, title: "Above")
        let made = try ada.createItem(
            project: "PM", kind: .task, title: "Ünïcode ✓ 日本語 🎉", priority: .high, labels: ["b", "a"], points: 2.5,
            estimate: 7200, remaining: 600.9, dueDate: DateComponents(year: 2026, month: 12, day: 24),
            parent: epic.key)
        let item = try ada.query.itemOnly(item: made.key).item
        XCTAssertEqual(item.title, "Ünïcode ✓ 日本語 🎉")
        XCTAssertEqual(item.labels, ["a", "b"])
        XCTAssertEqual(item.dueDate, DateComponents(year: 2026, month: 12, day: 24))
        XCTAssertEqual(item.estimate, 7200)
        XCTAssertEqual(item.remaining, 600)
        XCTAssertEqual(item.parent, epic.id)
    }

    func test_given_a_batch_when_one_part_is_refused_then_none_is_done_and_the_part_is_named() throws {
        let (_, ada) = try self.ada()
        let item = NewItem(project: "PM", kind: .task, title: "In a batch", priority: .none)
        let wrong = Change.addComment(NewComment(item: "#0", text: ""))
        let refused = refusal { try ada.execute([.createItem(item), wrong]) }
        guard case .Invalid(_, let part, _, _)? = refused else { return XCTFail("\(String(describing: refused))") }
        XCTAssertEqual(part, 1)
        XCTAssertEqual(try ada.query.items(sort: .number).items.count, 0)
    }

    func test_given_a_stale_version_when_changed_then_the_entity_comes_with_the_refusal() throws {
        let (_, ada) = try self.ada()
        try ada.createItem(project: "PM", kind: .task, title: "One")
        try ada.updateItem("PM-1", [.title("Two")])
        let refused = refusal { try ada.updateItem("PM-1", [.title("Three")], expectedVersion: 1) }
        guard case .Conflict(_, _, _, _, .workItem(let current)?)? = refused else {
            return XCTFail("\(String(describing: refused))")
        }
        XCTAssertEqual(current.title, "Two")
        XCTAssertEqual(refused?.code(), "conflict")
        XCTAssertFalse(refused?.sentence.isEmpty ?? true)
    }

    func test_given_a_cycle_when_closed_then_the_path_comes_with_the_refusal() throws {
        let (_, ada) = try self.ada()
        try ada.createItem(project: "PM", kind: .task, title: "One")
        try ada.createItem(project: "PM", kind: .task, title: "Two")
        try ada.block("PM-1", before: "PM-2")
        let refused = refusal { try ada.block("PM-2", before: "PM-1") }
        guard case .Cycle(_, _, _, _, let path, let length)? = refused else {
            return XCTFail("\(String(describing: refused))")
        }
        XCTAssertEqual(path.count, 2)
        XCTAssertEqual(length, 2)
    }

    func test_given_text_that_is_no_id_when_passed_then_it_is_invalid() throws {
        let (_, ada) = try self.ada()
        for hostile in ["", "x", "\0", String(repeating: "x", count: 100_000)] {
            let refused = refusal { try ada.createItem(project: "PM", kind: .task, title: "One", id: hostile) }
            XCTAssertEqual(refused?.code(), "invalid")
        }
    }

    func test_given_items_and_time_when_deleted_and_tracked_then_they_come_back_and_stop() throws {
        let (_, ada) = try self.ada()
        try ada.createItem(project: "PM", kind: .task, title: "One")
        try ada.startTimer(on: "PM-1")
        XCTAssertNotNil(try ada.query.myTimer().entry)
        try ada.stopTimer()
        XCTAssertNil(try ada.query.myTimer().entry)
        try ada.addComment(to: "PM-1", "Seen")
        try ada.deleteItem("PM-1")
        try ada.restoreItem("PM-1")
        try ada.moveItem("PM-1", lane: "done")
        XCTAssertTrue(try ada.query.item(item: "PM-1").finished)
    }

    func test_given_an_export_and_a_backup_when_taken_in_again_then_they_are_the_same() throws {
        let (engine, ada) = try self.ada()
        try ada.createItem(project: "PM", kind: .task, title: "One")
        let target = folder.appendingPathComponent("out.jsonl")
        try ada.exportTo(target) { _ in true }
        let options = ImportOptions(format: .pm, onGone: .ignore)
        let copy = try engine.createTenant("copy").acting(as: "ada")
        try copy.importFrom(.file(path: target.path), options: options) { _ in true }
        XCTAssertEqual(try copy.query.board(project: "PM").lanes, try ada.query.board(project: "PM").lanes)
        let head = try ada.tenant.head()
        let backup = folder.appendingPathComponent("copy.db")
        try ada.tenant.backup(target: backup.path)
        try ada.createItem(project: "PM", kind: .task, title: "Too much")
        XCTAssertEqual(try engine.restore(tenant: "acme", from: backup).head(), head)
        XCTAssertEqual(try engine.tenants(), ["acme", "copy"])
    }
}

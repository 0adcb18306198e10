import Foundation
import PM
import XCTest

private typealias Step = [String: Any]

/// The scenarios every language runs; see `bindings/conformance/README.md`.
final class ConformanceTests: EngineTestCase {
    func test_given_the_scenarios_when_swift_runs_them_then_answers_events_and_tables_are_as_written() throws {
        let scenarios = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../../../conformance").standardized
        let files = try FileManager.default.contentsOfDirectory(at: scenarios, includingPropertiesForKeys: nil)
        let paths = files.filter { $0.pathExtension == "json" }
        XCTAssertGreaterThanOrEqual(paths.count, 6)
        for path in paths {
            try tearDownWithError()
            try setUpWithError()
            try run(path)
        }
    }

    private func run(_ path: URL) throws {
        let scenario = try XCTUnwrap(try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? Step)
        let start = try XCTUnwrap(scenario["start"] as? Double)
        let clock = try ManualClock.startingAt(at: Date(timeIntervalSince1970: start / 1000))
        let tenant = try openEngine(clock: clock).tenantOrCreate("acme")
        for step in try XCTUnwrap(scenario["steps"] as? [Step]) {
            let expected = step["expect"] as? Step ?? [:]
            var found: Step
            do {
                found = try told(step, tenant, clock)
            } catch let error as PmError {
                found = refused(error)
            }
            XCTAssertEqual(found["code"] == nil, expected["code"] == nil, "\(step): \(found)")
            for (name, value) in expected {
                XCTAssertEqual(plain(found[name]), plain(value), "\(name) of \(step)")
            }
        }
        let ada = try tenant.acting(as: "ada")
        let events = try drain(ada, 0).map { "\($0.sequence) \(word($0.entityKind)).\(word($0.action)) \($0.entityId)\n" }
        try same(scenario, path, "events", events.joined())
        let export = folder.appendingPathComponent("export")
        try ada.exportTo(export)
        let text = try String(contentsOf: export, encoding: .utf8)
        try same(scenario, path, "export", String(text.drop { $0 != "\n" }.dropFirst()))
    }

    private func same(_ scenario: Step, _ path: URL, _ ending: String, _ found: String) throws {
        let file = path.deletingPathExtension().appendingPathExtension(ending)
        let expected = try String(contentsOf: file, encoding: .utf8)
        guard scenario["random_ids"] as? Bool == true else { return XCTAssertEqual(found, expected) }
        let id = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
        let plain = found.replacingOccurrences(of: id, with: "id", options: .regularExpression)
        let lines = plain.split(separator: "\n").map { $0 + "\n" }
        // As bytes, as the others do.
        XCTAssertEqual(lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(), expected)
    }

    private func actor(_ step: Step, _ tenant: Tenant) throws -> Session {
        let user = try XCTUnwrap(step["as"] as? String)
        return try tenant.acting(as: user, role: user == "ada" ? .admin : .member)
    }

    private func drain(_ session: Session, _ from: Int64) throws -> [Event] {
        let stream = try session.tenant.stream(actor: session.actor, fromSequence: from)
        var events: [Event] = []
        while let batch = try stream.next(timeoutMs: 0) {
            events += batch.events
        }
        return events
    }

    private func told(_ step: Step, _ tenant: Tenant, _ clock: ManualClock) throws -> Step {
        switch step["op"] as? String {
        case nil:
            let later = try XCTUnwrap(step["advance"] as? Double)
            try clock.set(at: clock.now().addingTimeInterval(later / 1000))
            return [:]
        case "import":
            let options = ImportOptions(format: .beads, projectKey: step["project"] as? String, onGone: .ignore)
            let text = try XCTUnwrap(step["text"] as? String)
            let report = try actor(step, tenant).importFrom(.bytes(data: Data(text.utf8)), options: options)
            return [
                "created": NSNumber(value: report.created.values.reduce(0, +)),
                "unchanged": NSNumber(value: report.unchanged.values.reduce(0, +)),
                "refused": NSNumber(value: report.refusedCount.values.reduce(0, +)),
            ]
        case "resume":
            var known: KnownPosition?
            if let epoch = step["epoch"] as? String {
                let own = try tenant.epoch()
                let other = "00000000-0000-4000-8000-000000000000"
                known = KnownPosition(epoch: epoch == "own" ? own : other, sequence: number(step, "sequence") ?? 0)
            }
            switch try tenant.resume(known: known) {
            case .upToDate: return ["resume": "up_to_date"]
            case .tail: return ["resume": "tail"]
            case .snapshot: return ["resume": "snapshot"]
            }
        case "events":
            let events = try drain(actor(step, tenant), number(step, "from") ?? 0)
            return ["sequences": events.map { NSNumber(value: $0.sequence) }]
        case let op?:
            let outcome = try actor(step, tenant).execute(
                [change(op, step)], commandId: step["id"] as? String, expectedVersion: number(step, "version"))
            let first = outcome.results[0]
            return [
                "key": first.key as Any,
                "version": NSNumber(value: first.version),
                "changed": NSNumber(value: first.changed),
                "replayed": NSNumber(value: outcome.replayed),
                "notes": outcome.notes.map { word($0.kind) },
            ]
        }
    }

    private func refused(_ error: PmError) -> Step {
        var told: Step = ["code": error.code()]
        switch error {
        case .Invalid(_, _, let field, let limit):
            told["field"] = field
            told["limit"] = limit.map { NSNumber(value: $0) }
        case .NotFound(_, _, let field, _):
            told["field"] = field
        case .Cycle(_, _, _, _, _, let length):
            told["path_length"] = length.map { NSNumber(value: $0) }
        case .Conflict(_, _, _, _, .workItem(let item)?):
            told["current_version"] = NSNumber(value: item.version)
        default:
            break
        }
        return told
    }

    private func change(_ op: String, _ step: Step) throws -> Change {
        func text(_ name: String) throws -> String { try XCTUnwrap(step[name] as? String) }
        let due = (step["due"] as? String).map { day($0) }
        let points = step["points"] as? Double
        switch op {
        case "create_project":
            let project = NewProject(key: try text("key"), title: try text("title"), visibility: .open, wipPolicy: .warn)
            return .createProject(project)
        case "create_item":
            let kinds: [String: ItemKind] = ["epic": .epic, "story": .story, "task": .task, "bug": .bug]
            let item = NewItem(
                project: try text("project"), kind: try XCTUnwrap(kinds[try text("kind")]), title: try text("title"),
                lane: step["lane"] as? String, priority: .none, points: points, dueDate: due,
                parent: step["parent"] as? String)
            return .createItem(item)
        case "update_item":
            var changes: [ItemChange] = []
            if let title = step["title"] as? String { changes.append(.title(title)) }
            if let points { changes.append(.points(points)) }
            if let due { changes.append(.dueDate(due)) }
            return .updateItem(item: try text("item"), changes: changes)
        case "move_item":
            let parent = (step["parent"] as? String).map { ParentChange.set($0) }
            return .moveItem(ItemMove(item: try text("item"), lane: step["lane"] as? String, parent: parent))
        case "delete_item":
            return .deleteItem(item: try text("item"), cascade: try XCTUnwrap(step["cascade"] as? Bool))
        case "restore_item":
            return .restoreItem(item: try text("item"))
        case "block":
            return .addDependency(id: nil, kind: .blocks, from: try text("from"), to: try text("to"))
        case "comment":
            return .addComment(NewComment(item: try text("item"), text: try text("text")))
        case "start_timer":
            return .startTimer(id: nil, item: try text("item"), note: "")
        case "stop_timer":
            return .stopTimer(entry: nil)
        default:
            XCTFail("no op \(op)")
            return .stopTimer(entry: nil)
        }
    }

    /// `YYYY-MM-DD`, as the package has it.
    private func day(_ text: String) -> DateComponents {
        let parts = text.split(separator: "-").map { Int($0) }
        return DateComponents(year: parts[0], month: parts[1], day: parts[2])
    }

    /// A value as text: numbers and booleans as numbers, what is absent as null.
    private func plain(_ value: Any?) -> String {
        switch value {
        case let text as String: return "\"\(text)\""
        case let number as NSNumber: return "\(number.doubleValue)"
        case let list as [Any]: return "[" + list.map { plain($0) }.joined(separator: ", ") + "]"
        default: return "null"
        }
    }

    private func number(_ step: Step, _ name: String) -> Int64? {
        (step[name] as? NSNumber)?.int64Value
    }

    /// The engine's word for a case: `workItem` is `work_item`.
    private func word<Case>(_ value: Case) -> String {
        "\(value)".replacingOccurrences(of: "([A-Z])", with: "_$1", options: .regularExpression).lowercased()
    }
}

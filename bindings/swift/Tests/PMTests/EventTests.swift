import Foundation
import PM
import XCTest

private struct OnPurpose: Error {}

final class EventTests: EngineTestCase {
    func test_given_two_clients_when_one_changes_something_then_the_other_is_told() throws {
        let (engine, ada) = try self.ada()
        let bob = try engine.tenant("acme").acting(as: "bob", role: .member)
        let moved = expectation(description: "moved")
        let subscription = try bob.subscribe { batch in
            if batch.events.contains(where: { $0.action == .moved }) {
                moved.fulfill()
            }
        }
        try ada.createItem(project: "PM", kind: .task, title: "One")
        try ada.moveItem("PM-1", lane: "done")
        wait(for: [moved], timeout: 60)
        try subscription.cancel()
        XCTAssertTrue(try subscription.waitEnded(timeoutMs: 60_000))
        XCTAssertEqual(try subscription.end(), .cancelled)
    }

    func test_given_a_listener_that_throws_when_events_come_then_it_has_ended_and_others_go_on() throws {
        let (_, ada) = try self.ada()
        let broken = try ada.subscribe(from: 0) { _ in throw OnPurpose() }
        let told = expectation(description: "told")
        told.assertForOverFulfill = false
        _ = try ada.subscribe { _ in told.fulfill() }
        try ada.createItem(project: "PM", kind: .task, title: "One")
        wait(for: [told], timeout: 60)
        XCTAssertTrue(try broken.waitEnded(timeoutMs: 60_000))
        guard case .listenerThrew? = try broken.end() else { return XCTFail("it goes on") }
    }

    func test_given_a_stream_when_the_engine_closes_then_it_ends_with_everything_in_order() async throws {
        let (engine, ada) = try self.ada()
        try await blocking { try ada.createItem(project: "PM", kind: .task, title: "One") }
        let head = try ada.tenant.head()
        var sequences: [Int64] = []
        for try await batch in try ada.events(from: 0) {
            sequences += batch.events.map(\.sequence)
            if batch.completeTo == head {
                try engine.close()
            }
        }
        XCTAssertEqual(sequences, Array(1...head))
    }

    func test_given_engines_opened_and_closed_many_times_when_asked_then_the_last_one_works() throws {
        for _ in 0..<10_000 {
            try PMEngine(root: folder, workers: 0, durability: .relaxed).close()
        }
        let (_, ada) = try self.ada()
        XCTAssertNil(try ada.query.myTimer().entry)
    }
}

import Foundation
import PM
import XCTest

/// A test with a folder of its own, on disk.
class EngineTestCase: XCTestCase {
    private(set) var folder = URL(fileURLWithPath: NSTemporaryDirectory())
    private var engines: [PMEngine] = []

    override func setUpWithError() throws {
        folder = folder.appendingPathComponent("pm-swift-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDownWithError() throws {
        for engine in engines {
            try engine.close()
        }
        try FileManager.default.removeItem(at: folder)
    }

    func openEngine(clock: ManualClock? = nil) throws -> PMEngine {
        let root = folder.appendingPathComponent("data")
        let engine = try PMEngine(root: root, durability: .relaxed, clock: clock)
        engines.append(engine)
        return engine
    }

    /// Ada's session in an engine of its own, with a project `PM`.
    func ada() throws -> (PMEngine, Session) {
        let engine = try openEngine()
        let ada = try engine.tenantOrCreate("acme").acting(as: "ada")
        try ada.createProject(key: "PM", title: "The product")
        return (engine, ada)
    }

    /// The error that work throws.
    func refusal(_ work: () throws -> Void) -> PmError? {
        do {
            try work()
        } catch let error as PmError {
            return error
        } catch {
            XCTFail("\(error)")
        }
        return nil
    }
}

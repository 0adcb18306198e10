// swift-tools-version:5.9
import PackageDescription

// `generate.sh` writes Sources/PM/Generated and Sources/PMFFI. On a Mac `xcframework.sh` builds PMFFI.xcframework for apps;
// elsewhere the library is linked from where it was built.
#if os(Linux)
let ffi: Target = .systemLibrary(name: "PMFFI", path: "Sources/PMFFI")
#else
let ffi: Target = .binaryTarget(name: "PMFFI", path: "PMFFI.xcframework")
#endif

let package = Package(
    name: "PM",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [
        .library(name: "PM", targets: ["PM"]),
        .executable(name: "track", targets: ["Track"]),
    ],
    targets: [
        ffi,
        .target(name: "PM", dependencies: ["PMFFI"]),
        .executableTarget(name: "Track", dependencies: ["PM"]),
        .testTarget(name: "PMTests", dependencies: ["PM"]),
    ]
)

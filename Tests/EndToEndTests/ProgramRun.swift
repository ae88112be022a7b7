import Foundation
import Testing

/// One run of one of the programs, from start to end.
struct ProgramRun {
  let status: Int32
  let wasSignalled: Bool
  let output: String
  let errors: String

  /// The folder of the release programs: `ESPALIER_BIN`, or where `make build` puts them.
  static var binaries: URL {
    ProcessInfo.processInfo.environment["ESPALIER_BIN"].map { URL(fileURLWithPath: $0) }
      ?? Self.package.appendingPathComponent(".build/release")
  }

  /// The root of the package.
  static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a fixture.
  static func fixture(_ name: String) -> String {
    package.appendingPathComponent("fixtures/\(name)").path
  }

  /// Runs `espalier` or `espalier-check` to its end.
  @discardableResult
  static func run(
    _ program: String, _ arguments: [String],
    signalAfter pause: (seconds: Double, signal: Int32)? = nil,
    environment: [String: String] = [:]
  ) throws -> ProgramRun {
    let url =
      program.hasPrefix("/")
      ? URL(fileURLWithPath: program) : binaries.appendingPathComponent(program)
    try #require(
      FileManager.default.isExecutableFile(atPath: url.path),
      "\(url.path) is missing: run `make build` first")
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try folder.handle("out")
    process.standardError = try folder.handle("err")
    try process.run()
    if let pause {
      // The pause is part of what is tested: a signal that comes while the program works.
      Thread.sleep(forTimeInterval: pause.seconds)
      kill(process.processIdentifier, pause.signal)
    }
    process.waitUntilExit()
    return ProgramRun(
      status: process.terminationStatus,
      wasSignalled: process.terminationReason == .uncaughtSignal,
      output: try folder.text("out"), errors: try folder.text("err"))
  }

  @discardableResult
  static func espalier(_ arguments: String...) throws -> ProgramRun {
    try run("espalier", arguments)
  }

  static func check(_ arguments: String...) throws -> ProgramRun {
    try run("espalier-check", arguments)
  }
}

/// A folder that goes when the test ends.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func handle(_ name: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path(name), contents: nil)
    return try FileHandle(forWritingTo: url.appendingPathComponent(name))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appendingPathComponent(name)), as: UTF8.self)
  }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }
}

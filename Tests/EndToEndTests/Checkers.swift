import Foundation
import Testing

/// Both checkers and the schema.
enum Checkers {
  /// The Python with a schema validator and ONNX Runtime; nothing is skipped where it is missing.
  ///
  /// `ESPALIER_PYTHON`, or where `make test` puts it.
  static func python() throws -> String {
    let path =
      ProcessInfo.processInfo.environment["ESPALIER_PYTHON"]
      ?? ProgramRun.package.appendingPathComponent(".build-python/bin/python").path
    try #require(
      FileManager.default.isExecutableFile(atPath: path), "\(path) is missing: run `make test`")
    return path
  }

  /// Expects that everybody accepts a certificate.
  ///
  /// - Parameter validatesSchema: Also asks the schema, which takes longer than both checkers.
  static func expectAcceptance(
    of certificate: String, model: String, small: String? = nil, validatesSchema: Bool = true
  ) throws {
    let files = [certificate, model] + (small.map { [$0] } ?? [])
    let first = try ProgramRun.run("espalier-check", files)
    #expect(first.status == 0, "\(first.output)\(first.errors)")
    let second = try ProgramRun.run("/usr/bin/python3", [secondChecker] + files)
    #expect(second.status == 0, "\(second.output)\(second.errors)")
    guard validatesSchema else { return }
    let schema = try ProgramRun.run(try python(), [schemaScript, certificate])
    #expect(schema.status == 0, "\(schema.output)\(schema.errors)")
  }

  /// Expects that both checkers reject a certificate, ours with the given rule.
  static func expectRejection(
    of certificate: String, rule: String, model: String, small: String? = nil
  ) throws {
    let files = [certificate, model] + (small.map { [$0] } ?? [])
    let first = try ProgramRun.run("espalier-check", files)
    #expect(first.status == 1)
    #expect(first.output.hasPrefix("rejected: \(rule) at "), "\(first.output)")
    let second = try ProgramRun.run("/usr/bin/python3", [secondChecker] + files)
    #expect(second.status == 1, "\(second.output)\(second.errors)")
  }

  static let secondChecker =
    ProgramRun.package.appendingPathComponent("Tests/SecondChecker/espalier_check.py").path
  static let schemaScript =
    ProgramRun.package.appendingPathComponent("Tests/SecondChecker/validate_schema.py").path
}

import Foundation
import Testing

/// The checker in Python, which reads many cases in one process.
///
/// Cases and answers go through files, so that neither side can wait for the other.
struct SecondChecker {
  /// What it says about one case.
  struct Answer {
    /// The whole line.
    let line: String
    /// True if it accepts the certificate.
    var isAccepted: Bool { line.hasPrefix("accepted") }
    /// The name of the rule for which it rejects the certificate; nil if it does not.
    var rule: String? {
      let words = line.split(separator: " ")
      return words.count > 1 && words[0] == "rejected:" ? String(words[1]) : nil
    }
  }

  private let process = Process()
  private let folder: URL
  private let caseCount: Int

  /// One case as the line that the checker reads.
  static func line(certificate: [UInt8], model: String, name: String, small: String?) -> String {
    let small = small.map { "\"\($0)\"" } ?? "null"
    let certificate = Data(certificate).base64EncodedString()
    return """
      {"certificate": "\(certificate)", "model": "\(model)", "name": "\(name)", "small": \(small)}

      """
  }

  /// Starts the checker on some cases.
  init(starting lines: [String]) throws {
    caseCount = lines.count
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let (input, output) = (
      folder.appendingPathComponent("in"), folder.appendingPathComponent("out")
    )
    try Data(lines.joined().utf8).write(to: input)
    try Data().write(to: output)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [Self.script, "--cases"]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
  }

  /// Waits for the answers, one for each case in order.
  func answers() throws -> [Answer] {
    process.waitUntilExit()
    let data = try Data(contentsOf: folder.appendingPathComponent("out"))
    try FileManager.default.removeItem(at: folder)
    try #require(process.terminationReason == .exit, "the second checker was ended by a signal")
    let lines = String(decoding: data, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    try #require(
      lines.count == caseCount + 1,
      "the second checker answered \(lines.count - 1) of \(caseCount) cases")
    return lines.dropLast().map { Answer(line: String($0)) }
  }

  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("SecondChecker/espalier_check.py").path
}

import Certificates
import NeuralNetwork
import StrictJSON
import Testing

/// Gives documents to both checkers, compares their answers, and counts.
///
/// Whatever the first checker accepts must be true: `Truth` finds that without any checker. The
/// second checker must accept exactly what the first one accepts; it may name another rule, where
/// a document has several faults.
final class BothCheckers {
  /// How many cases the second checker gets at once.
  private static let batchSize = 2000

  /// Cases that still have to be compared.
  private struct Batch {
    var lines: [String] = []
    var rules: [CheckRule?] = []
    var labels: [String] = []
  }

  private let name: String
  private let seed: UInt64?
  private var batch = Batch()
  private var running: (checker: SecondChecker, batch: Batch)?
  private var truth = Truth()

  /// The cases so far.
  private(set) var tried = 0
  /// Those that were accepted and are true.
  private(set) var acceptedAndTrue = 0
  private var acceptedAndFalse = 0
  private var agreed = 0
  /// Those that were refused.
  var rejected: Int { tried - acceptedAndTrue - acceptedAndFalse }
  private var sameRule = 0

  /// Counts for a suite.
  init(_ name: String, seed: UInt64? = nil) {
    self.name = name
    self.seed = seed
  }

  /// The rule that a certificate breaks, or nil if it is accepted; every third goes in lines.
  @discardableResult
  func rule(
    of certificate: Certificate, _ subject: Subject, _ label: @autoclosure () -> String = ""
  ) throws -> CheckRule? {
    guard tried % 3 == 0 else { return try rule(of: certificate.encoded, subject, label()) }
    var bytes: [UInt8] = []
    certificate.forEachLine { bytes += $0 }
    return try rule(of: bytes, subject, label())
  }

  /// The rule that a document breaks, or nil if it is accepted.
  @discardableResult
  func rule(
    of document: JSONValue, _ subject: Subject, _ label: @autoclosure () -> String = ""
  ) throws -> CheckRule? {
    try rule(of: JSONWriter.write(document), subject, label())
  }

  /// The rule that some bytes break, or nil if they are accepted.
  @discardableResult
  func rule(
    of bytes: [UInt8], _ subject: Subject, _ label: @autoclosure () -> String = ""
  ) throws -> CheckRule? {
    let rule = firstAnswer(to: bytes, subject)
    let line = SecondChecker.line(
      certificate: bytes, model: subject.model.base64, name: "model.onnx",
      small: subject.result?.base64)
    try add(line, rule: rule, label: label())
    return rule
  }

  /// Waits for the second checker and prints the counts.
  func finish() throws {
    try collect()
    try start()
    try collect()
    print(
      "attack \(name) seed \(seed.map(String.init) ?? "-"): \(tried) tried, "
        + "\(acceptedAndTrue) accepted and true, \(acceptedAndFalse) accepted and false, "
        + "second checker agrees on \(agreed) and names the same rule for \(sameRule)")
    #expect(acceptedAndFalse == 0)
    #expect(agreed == tried)
  }

  private func firstAnswer(to bytes: [UInt8], _ subject: Subject) -> CheckRule? {
    do throws(CheckFailure) {
      let certificate = try Certificate(reading: bytes)
      let proved = try CertificateChecker.check(
        certificate, model: subject.model.checked, result: subject.result?.checked,
        concurrency: .backwards
      ).proved
      let claims = truth.falseClaims(of: certificate, proved, subject)
      if claims.isEmpty { acceptedAndTrue += 1 } else { acceptedAndFalse += 1 }
      #expect(claims == [], "\(String(decoding: bytes, as: UTF8.self))")
      #expect((try? Certificate(decoding: certificate.encoded)) == certificate)
      expectTheSame(nil, of: bytes, subject)
      return nil
    } catch {
      #expect(!error.place.isEmpty && !error.description.isEmpty)
      expectTheSame(error.rule, of: bytes, subject)
      return error.rule
    }
  }

  /// Expects that a file in lines is accepted line by line if and only if it is as a whole.
  private func expectTheSame(_ rule: CheckRule?, of bytes: [UInt8], _ subject: Subject) {
    guard bytes.starts(with: Certificate.lineMark) else { return }
    var checker = CertificateLineChecker(model: subject.model.checked)
    do throws(CheckFailure) {
      for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
        let isLast = line.endIndex == bytes.endIndex
        if !isLast || !line.isEmpty { try checker.take([line + (isLast ? [] : [0x0A])]) }
      }
      _ = try checker.finish(result: subject.result?.checked)
      #expect(rule == nil)
    } catch {
      #expect(rule != nil, "\(error)")
    }
  }

  // MARK: The second checker

  private func add(_ line: String, rule: CheckRule?, label: String) throws {
    tried += 1
    batch.lines.append(line)
    batch.rules.append(rule)
    batch.labels.append(label)
    guard batch.lines.count >= Self.batchSize else { return }
    try collect()
    try start()
  }

  private func start() throws {
    guard !batch.lines.isEmpty else { return }
    running = (try SecondChecker(starting: batch.lines), batch)
    batch = Batch()
  }

  private func collect() throws {
    guard let (checker, batch) = running else { return }
    running = nil
    for (i, answer) in try checker.answers().enumerated() {
      let rule = batch.rules[i]
      if rule == nil ? answer.isAccepted : answer.rule != nil {
        agreed += 1
        if answer.rule == rule?.rawValue { sameRule += 1 }
      } else {
        Issue.record(
          """
          \(name): the first checker says \(rule?.rawValue ?? "accepted"), the second \(answer.line): \
          \(batch.labels[i]) \(batch.lines[i])
          """)
      }
    }
  }
}

extension Concurrency {
  /// One after the other, the last first.
  fileprivate static let backwards = Concurrency { count, body in
    (0..<count).reversed().forEach(body)
  }
}

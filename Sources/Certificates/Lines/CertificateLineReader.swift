internal import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

/// Reads a certificate in lines, in batches, and sees to it that no line is missing or moved.
///
/// What the lines say is for somebody else to check.
struct CertificateLineReader {
  /// A line with its number, from 1.
  struct Numbered {
    let number: Int
    let line: CertificateLine

    /// The path of a place in the line.
    func place(_ path: String = "$") -> String { "line \(number) \(path)" }
  }

  private let concurrency: Concurrency
  private var lineCount = 0
  private var previousSum = LineEnvelope.firstSum
  private var claimDigest: [UInt8]?
  private var order = LineOrder()

  init(concurrency: Concurrency = .serial) { self.concurrency = concurrency }

  /// Reads the next lines, each with its line feed.
  ///
  /// - Throws: `CheckFailure` of the rules `lines` and `syntax`.
  mutating func read(_ lines: [[UInt8]]) throws(CheckFailure) -> [Numbered] {
    let sums = [previousSum] + lines.map { LineEnvelope.claimedSum(of: $0) ?? [] }
    let opened = concurrency.map(count: lines.count) { Self.open(lines[$0], after: sums[$0]) }
    var result: [Numbered] = []
    result.reserveCapacity(lines.count)
    for line in opened {
      lineCount += 1
      result.append(Numbered(number: lineCount, line: try admit(line)))
    }
    previousSum = sums.last ?? previousSum
    return result
  }

  /// Refuses a file that ends too early.
  func finish() throws(CheckFailure) {
    guard order.isAtEnd else { throw failure(LineFault("an end", "the end of the file"), 1) }
  }

  private struct Opened {
    let envelope: LineEnvelope
    let line: CertificateLine
  }

  /// Why a line cannot be opened.
  private enum Refusal: Error {
    case lines(LineFault)
    case syntax(JSONError)
  }

  private static func open(
    _ line: [UInt8], after previous: [UInt8]
  ) -> Result<Opened, Refusal> {
    guard line.last == 0x0A else {
      return .failure(.lines(LineFault("a line feed at its end", "a line without one")))
    }
    let text = Array(line.dropLast())
    switch LineEnvelope.open(text, after: previous) {
    case .failure(let fault): return .failure(.lines(fault))
    case .success(let envelope):
      do throws(JSONError) {
        return .success(
          Opened(envelope: envelope, line: try CertificateLine(decoding: text)))
      } catch {
        return .failure(.syntax(error))
      }
    }
  }

  private mutating func admit(
    _ opened: Result<Opened, Refusal>
  ) throws(CheckFailure) -> CertificateLine {
    let line: CertificateLine
    switch opened {
    case .failure(.lines(let fault)): throw failure(fault)
    case .failure(.syntax(let error)):
      throw CheckFailure(
        .syntax, at: "line \(lineCount) \(error.place)",
        expected: "a line of the format \(CertificateLine.format)",
        found: "a fault in it: \(error.reason)")
    case .success(let opened):
      line = opened.line
      try checkDigest(opened)
    }
    if let fault = order.take(line, before: lineCount - 1) { throw failure(fault) }
    return line
  }

  private mutating func checkDigest(_ opened: Opened) throws(CheckFailure) {
    if case .head(let head) = opened.line, claimDigest == nil {
      claimDigest = Array(
        head.domain.claimDigest(network: head.model.networkDigest).utf8)
    }
    guard let claimDigest else { throw failure(LineFault("a head", "another line")) }
    guard opened.envelope.of == claimDigest else {
      throw failure(
        LineFault(
          "the digest \(String(decoding: claimDigest, as: UTF8.self)) of network and domain",
          "another digest"))
    }
  }

  private func failure(_ fault: LineFault, _ offset: Int = 0) -> CheckFailure {
    CheckFailure(
      .lines, at: "line \(lineCount + offset)", expected: fault.expected, found: fault.found)
  }
}

/// Which kind of line may follow which.
private struct LineOrder {
  private enum Part: Int {
    case nothing, head, boxes, steps, points, verdicts, regions, cells, counts, pruning, end
  }

  private var part = Part.nothing
  private var pointCount = 0
  private var stepCount = 0

  /// True after the end.
  var isAtEnd: Bool { part == .end }

  /// Takes the next line, or says why it may not stand here.
  mutating func take(_ line: CertificateLine, before count: Int) -> LineFault? {
    let next: Part
    switch line {
    case .head: next = .head
    case .boxes, .box: next = .boxes
    case .lemma, .tree, .branch: next = .steps
    case .point: next = .points
    case .verdict: next = .verdicts
    case .regions: next = .regions
    case .cell: next = .cells
    case .counts: next = .counts
    case .pruning: next = .pruning
    case .end(let claimed):
      next = .end
      if claimed != count { return LineFault("an end after \(claimed) lines", "\(count) lines") }
    }
    guard mayFollow(next) else {
      return LineFault("a line that may follow \(part)", "\(next)")
    }
    part = next
    return countLine(line)
  }

  private func mayFollow(_ next: Part) -> Bool {
    switch part {
    case .nothing: next == .head
    case .regions, .cells: next == .cells || next == .counts
    case .head, .boxes, .steps, .points, .verdicts, .counts, .pruning, .end:
      switch next {
      case .boxes, .steps, .points, .verdicts: next.rawValue >= part.rawValue
      case .cells, .counts: false
      case .nothing, .head, .regions, .pruning, .end: next.rawValue > part.rawValue
      }
    }
  }

  private mutating func countLine(_ line: CertificateLine) -> LineFault? {
    switch line {
    case .point: pointCount += 1
    case .lemma, .tree: stepCount += 1
    case .head, .boxes, .box, .branch, .verdict, .regions, .cell, .counts, .pruning, .end: break
    }
    let limits = Certificate.maximumCounts
    guard pointCount <= limits.points, stepCount <= limits.steps else {
      return LineFault("at most \(limits.points) points and \(limits.steps) steps", "more")
    }
    return nil
  }
}

public import ExactArithmetic
internal import NeuralNetwork
internal import StrictJSON

/// Writes a certificate in lines, part by part.
///
/// The caller keeps the order: head, boxes, steps, points, verdicts, pruning, end.
public struct CertificateLineWriter {
  /// The lines whose text is made together, and the part of them that one thread makes.
  private static let (batchSize, pieceSize) = (512, 32)

  private let head: CertificateHead
  private var chain: LineChain

  /// A writer that has written nothing yet.
  public init(_ head: CertificateHead) {
    self.head = head
    chain = LineChain(digest: head.domain.claimDigest(network: head.model.networkDigest))
  }

  /// The first line.
  public mutating func headLine() -> [UInt8] { write(.head(head)) }

  /// Gives the lines of a proof with boxes: one more than it has boxes.
  ///
  /// - Parameter concurrency: How the text of lines is made; no line depends on it.
  public mutating func forEachLine<Failure: Error>(
    of boxes: BoxProof, concurrency: Concurrency = .serial,
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    try body(write(.boxes(boxes.targets)))
    try forEachLine(of: boxes.stretches.map { .box(cuts: $0) }, concurrency, body)
  }

  /// Gives the lines of a step: one for a lemma; for a tree one more than it has leaves.
  ///
  /// - Parameter concurrency: How the text of branches is made; no line depends on it.
  public mutating func forEachLine<Failure: Error>(
    of step: Step, concurrency: Concurrency = .serial, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    switch step.proof {
    case .lemma(let leaf): try body(write(.lemma(step.unit, step.side, leaf)))
    case .tree(let bound, let nodes):
      try body(write(.tree(step.unit, step.side, bound: bound)))
      try forEachLine(of: Self.branches(nodes), concurrency, body)
    }
  }

  /// The branches of a tree: each leaf with the splits before it.
  private static func branches(_ nodes: [TreeNode]) -> [CertificateLine] {
    var branches: [CertificateLine] = []
    var splits: [UnitID] = []
    for node in nodes {
      switch node {
      case .split(let unit): splits.append(unit)
      case .leaf(let leaf):
        branches.append(.branch(splits: splits, leaf: leaf))
        splits = []
      }
    }
    return branches
  }

  /// The line of a point.
  public mutating func line(of point: [Dyadic]) -> [UInt8] { write(.point(point)) }

  /// The line of a verdict.
  public mutating func line(of verdict: Verdict) -> [UInt8] { write(.verdict(verdict)) }

  /// The line that begins a claim about regions.
  public mutating func regionsLine(layerCount: Int) -> [UInt8] {
    write(.regions(layerCount: layerCount))
  }

  /// The line of a stretch of region nodes up to and with a point.
  public mutating func line(ofCell nodes: [RegionNode]) -> [UInt8] { write(.cell(nodes)) }

  /// The line that ends a claim about regions.
  public mutating func line(ofCounts counts: [[Int]]) -> [UInt8] { write(.counts(counts)) }

  /// The line of the pruning.
  public mutating func line(of pruning: Pruning) -> [UInt8] { write(.pruning(pruning)) }

  /// The last line.
  public mutating func endLine() -> [UInt8] { write(.end(chain.lineCount)) }

  private mutating func write(_ line: CertificateLine) -> [UInt8] {
    chain.seal(Self.text(of: line))
  }

  private mutating func forEachLine<Failure: Error>(
    of lines: [CertificateLine], _ concurrency: Concurrency,
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var texts: [[UInt8]] = []
    for start in stride(from: 0, to: lines.count, by: Self.batchSize) {
      let batch = lines[start..<min(start + Self.batchSize, lines.count)]
      for line in seal(&texts, whileWriting: batch, concurrency) { try body(line) }
    }
    for text in texts { try body(chain.seal(text)) }
  }

  /// Seals texts, which can only be done one after the other, while others make the texts of the
  /// lines that come next; `texts` are then those.
  private mutating func seal(
    _ texts: inout [[UInt8]], whileWriting lines: ArraySlice<CertificateLine>,
    _ concurrency: Concurrency
  ) -> [[UInt8]] {
    let pieces = stride(from: lines.startIndex, to: lines.endIndex, by: Self.pieceSize).map {
      lines[$0..<min($0 + Self.pieceSize, lines.endIndex)]
    }
    let parts = concurrency.map(count: 1 + pieces.count) { [chain, texts] i in
      if i > 0 { return (lines: pieces[i - 1].map(Self.text), chain: chain) }
      var next = chain
      return (lines: texts.map { next.seal($0) }, chain: next)
    }
    chain = parts[0].chain
    texts = parts.dropFirst().flatMap(\.lines)
    return parts[0].lines
  }

  /// The members of a line, in braces.
  private static func text(of line: CertificateLine) -> [UInt8] {
    JSONWriter.lineBytes(.object(line.members))
  }
}

/// The checksums of the lines, each of which covers the line before.
private struct LineChain: Sendable {
  let digest: String
  private(set) var lineCount = 0
  private var sum = LineEnvelope.firstSum

  init(digest: String) { self.digest = digest }

  /// The line of a text in braces.
  mutating func seal(_ text: [UInt8]) -> [UInt8] {
    let (bytes, sum) = LineEnvelope.seal(text.dropFirst().dropLast(), of: digest, after: sum)
    self.sum = sum
    lineCount += 1
    return bytes
  }
}

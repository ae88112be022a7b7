internal import ExactArithmetic
internal import NeuralNetwork

extension Certificate {
  /// The first bytes of a certificate in lines.
  public static let lineMark = Array("{\"sum\": ".utf8)

  /// The longest line that is read, without its line feed.
  public static let maximumLineByteCount = LineEnvelope.maximumByteCount

  /// Reads a certificate in either form; whether it holds is for `CertificateChecker` to say.
  ///
  /// - Throws: `CheckFailure` of the rules `lines`, `syntax` and `tree-shape`.
  public init(reading bytes: [UInt8]) throws(CheckFailure) {
    guard bytes.starts(with: Self.lineMark) else {
      try self.init(decoding: bytes)
      return
    }
    var reader = CertificateLineReader()
    var assembly = CertificateAssembly()
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
      for numbered in try reader.read([Array(bytes[start..<end])]) { try assembly.take(numbered) }
      start = end
    }
    try reader.finish()
    self = try assembly.certificate()
  }

  /// The certificate in lines, each with its line feed, always the same bytes.
  public func forEachLine<Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var writer = CertificateLineWriter(head)
    try body(writer.headLine())
    if let boxes {
      try writer.forEachLine(of: boxes, body)
    }
    for step in steps { try writer.forEachLine(of: step, body) }
    for point in points { try body(writer.line(of: point)) }
    for verdict in verdicts { try body(writer.line(of: verdict)) }
    if let regions {
      try body(writer.regionsLine(layerCount: regions.layerCount))
      for cell in regions.cells { try body(writer.line(ofCell: cell)) }
      try body(writer.line(ofCounts: regions.counts))
    }
    if let pruning { try body(writer.line(of: pruning)) }
    try body(writer.endLine())
  }
}

/// A certificate while its lines are put together.
private struct CertificateAssembly {
  private var head: CertificateHead?
  private var boxes: (targets: [BoxTarget], nodes: [BoxNode])?
  private var steps: [Step] = []
  private var points: [[Dyadic]] = []
  private var verdicts: [Verdict] = []
  private var regions: (layerCount: Int, nodes: [RegionNode], counts: [[Int]])?
  private var pruning: Pruning?
  private var tree: (unit: UnitID, side: Side, bound: Dyadic, nodes: [TreeNode], open: Int)?

  mutating func take(_ numbered: CertificateLineReader.Numbered) throws(CheckFailure) {
    switch numbered.line {
    case .head(let head): self.head = head
    case .boxes(let targets):
      guard boxes == nil else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "one tree of boxes", found: "another")
      }
      boxes = (targets, [])
    case .box(let cuts):
      guard boxes != nil else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "a line boxes before its boxes",
          found: "a box outside a tree")
      }
      boxes?.nodes += cuts.map(BoxNode.cut) + [.box]
    case .lemma(let unit, let side, let leaf):
      steps.append(Step(unit: unit, side: side, proof: .lemma(leaf)))
    case .tree(let unit, let side, let bound):
      if tree == nil {
        tree = (unit, side, bound, [], 1)
        return
      }
    case .branch(let splits, let leaf):
      guard tree != nil else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "a tree before its branches",
          found: "a branch outside a tree")
      }
      tree?.nodes += splits.map(TreeNode.split) + [.leaf(leaf)]
      tree?.open += splits.count - 1
      closeTreeIfComplete()
      return
    case .point(let point): points.append(point)
    case .verdict(let verdict): verdicts.append(verdict)
    case .regions(let count): regions = (count, [], [])
    case .cell(let nodes): regions?.nodes += nodes
    case .counts(let counts): regions?.counts = counts
    case .pruning(let pruning): self.pruning = pruning
    case .end: break
    }
    guard tree == nil else {
      throw CheckFailure(
        .treeShape, at: numbered.place(), expected: "a branch of the open tree",
        found: "another line")
    }
  }

  func certificate() throws(CheckFailure) -> Certificate {
    guard let head else { preconditionFailure("a file that has an end has a head") }
    return Certificate(
      producer: head.producer, model: head.model, domain: head.domain, points: points,
      member: head.member,
      boxes: boxes.map { BoxProof(targets: $0.targets, nodes: $0.nodes) }, steps: steps,
      verdicts: verdicts,
      regions: regions.map {
        RegionClaim(layerCount: $0.layerCount, counts: $0.counts, nodes: $0.nodes)
      }, pruning: pruning)
  }

  private mutating func closeTreeIfComplete() {
    guard let closed = tree, closed.open == 0 else { return }
    steps.append(
      Step(
        unit: closed.unit, side: closed.side,
        proof: .tree(bound: closed.bound, nodes: closed.nodes)))
    tree = nil
  }
}

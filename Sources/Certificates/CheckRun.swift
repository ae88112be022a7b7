internal import ExactArithmetic
internal import NeuralNetwork

/// A certificate while its parts arrive, in whichever form, and are checked.
///
/// Memory grows with points and verdicts, but not with steps.
struct CheckRun {
  private let head: CertificateHead
  private let model: CheckedModel
  private let concurrency: Concurrency
  private let network: ExactNetwork
  private var boxes: BoxReplay?
  private var boxCount = 0
  private var replay: StepReplay
  private var stepCount = 0
  private var points: [[Dyadic]] = []
  private var verdicts: [Verdict] = []
  private var settled: ProofState?
  private var regions: RegionReplay?
  private var regionCounts: [[Int]]?
  private var pruning: Pruning?

  /// Starts with the head.
  ///
  /// - Throws: `CheckFailure` if it speaks of another model, or of a domain that does not fit.
  init(
    _ head: CertificateHead, model: CheckedModel, concurrency: Concurrency
  ) throws(CheckFailure) {
    try Self.checkBinding(of: head, to: model)
    guard head.domain.inputCount == model.network.inputCount else {
      throw CheckFailure(
        .domain, at: "$.domain", expected: "\(model.network.inputCount) inputs, as the network has",
        found: "\(head.domain.inputCount)")
    }
    self.head = head
    self.model = model
    self.concurrency = concurrency
    network = ExactNetwork(model.network)
    replay = StepReplay(
      ProofState(network: network, domain: head.domain), concurrency: concurrency)
  }

  // MARK: Parts

  /// Takes a point.
  mutating func take(_ point: [Dyadic], at place: String) throws(CheckFailure) {
    guard point.count == head.domain.inputCount else {
      throw CheckFailure(
        .point, at: place, expected: "\(head.domain.inputCount) values", found: "\(point.count)")
    }
    if let violation = head.domain.violation(at: point) {
      throw CheckFailure(.point, at: place, expected: "a point of the domain", found: violation)
    }
    points.append(point)
  }

  /// Checks that a domain that might be empty is not, once all points are there.
  func checkMember(at place: String) throws(CheckFailure) {
    guard head.domain.isBox == (head.member == nil),
      head.member.map({ $0 < points.count }) ?? true
    else {
      throw CheckFailure(
        .member, at: place,
        expected: head.domain.isBox ? "null, because a box is not empty" : "the index of a point",
        found: head.member.map(String.init) ?? "null")
    }
  }

  /// Takes a whole proof with boxes.
  mutating func take(_ proof: BoxProof, at place: String) throws(CheckFailure) {
    try openBoxes(proof.targets, at: "\(place).targets")
    for (i, node) in proof.nodes.enumerated() {
      try boxes?.take(node, at: "\(place).tree[\(i)]")
    }
    try closeBoxes(at: "\(place).tree")
  }

  /// Takes the beginning of a proof with boxes, before all steps.
  mutating func openBoxes(_ targets: [BoxTarget], at place: String) throws(CheckFailure) {
    guard boxCount == 0 else {
      throw CheckFailure(.treeShape, at: place, expected: "one tree of boxes", found: "another")
    }
    boxes = try BoxReplay(
      network: network, box: head.domain.box, targets: targets, concurrency: concurrency, at: place)
  }

  /// True while boxes must follow.
  var isInBoxes: Bool { boxes != nil }

  /// Takes cuts, each into its lower part, and the box at the end.
  mutating func takeBox(_ cuts: [BoxCut], at place: String) throws(CheckFailure) {
    for (i, cut) in cuts.enumerated() {
      try boxes?.enter(cut, at: "\(place).cuts[\(i)]")
    }
    try boxes?.endBox(at: place)
    if boxes?.isAtEnd == true { try closeBoxes(at: place) }
  }

  private mutating func closeBoxes(at place: String) throws(CheckFailure) {
    guard let claims = try boxes?.finish(at: place) else { return }
    boxCount = boxes?.boxCount ?? 0
    boxes = nil
    replay = StepReplay(
      ProofState(network: network, domain: head.domain, boxClaims: claims),
      concurrency: concurrency)
  }

  /// Takes a whole step.
  mutating func take(_ step: Step, at place: String) throws(CheckFailure) {
    stepCount += 1
    try replay.take(step, at: place)
  }

  /// Takes the beginning of a tree.
  mutating func openTree(
    _ unit: UnitID, _ side: Side, bound: Dyadic, at place: String
  ) throws(CheckFailure) {
    stepCount += 1
    try replay.openTree(unit, side, bound: bound, at: place)
  }

  /// True while branches of a tree must follow.
  var isInTree: Bool { replay.isInTree }

  /// Takes a branch of the open tree: splits, each into its off branch, and a leaf.
  mutating func takeBranch(
    _ splits: [UnitID], _ leaf: Leaf, at place: String
  ) throws(CheckFailure) {
    for (i, unit) in splits.enumerated() {
      try replay.split(unit, at: "\(place).splits[\(i)]", node: "\(place).splits[\(i)]")
    }
    try replay.close(leaf, at: "\(place).leaf", node: place)
    if !replay.isInTree { try replay.closeTree(at: place) }
  }

  /// Takes a verdict.
  mutating func take(_ verdict: Verdict) { verdicts.append(verdict) }

  /// Takes a whole claim about regions.
  mutating func take(_ claim: RegionClaim, at place: String) throws(CheckFailure) {
    try openRegions(layerCount: claim.layerCount, at: "\(place).layers")
    for (i, node) in claim.nodes.enumerated() {
      try regions?.take(node, at: "\(place).tree[\(i)]")
    }
    try closeRegions(counts: claim.counts, at: "\(place).counts", treePlace: "\(place).tree")
  }

  /// Takes the beginning of a claim about regions; verdicts are settled then.
  mutating func openRegions(layerCount: Int, at place: String) throws(CheckFailure) {
    regions = try RegionReplay(
      try settle(), layerCount: layerCount, concurrency: concurrency, at: place)
  }

  /// Takes the next nodes of the region trees.
  mutating func takeCell(_ nodes: [RegionNode], at place: String) throws(CheckFailure) {
    for (i, node) in nodes.enumerated() { try regions?.take(node, at: "\(place)[\(i)]") }
  }

  /// Takes the counts at the end of the region trees.
  mutating func closeRegions(
    counts: [[Int]], at place: String, treePlace: String
  ) throws(CheckFailure) {
    regionCounts = try regions?.finish(counts: counts, at: place, treePlace: treePlace)
  }

  /// Takes the pruning.
  mutating func take(_ pruning: Pruning) { self.pruning = pruning }

  // MARK: End

  /// Checks what can only be checked when everything is there.
  ///
  /// - Parameter result: The model that was written; needed if and only if there is a pruning.
  mutating func finish(
    result: CheckedModel?
  ) throws(CheckFailure) -> (proved: ProofState, summary: CheckSummary) {
    let proved = try settle()
    if let pruning {
      try PruningChecker(pruning: pruning, proved: proved, model: model).check(result: result)
    } else if result != nil {
      throw CheckFailure(
        .resultNetwork, at: "$.pruning", expected: "a pruning that yields the written model",
        found: "none")
    }
    let summary = CheckSummary(
      verdictCounts: Dictionary(grouping: verdicts, by: \.stability).mapValues(\.count),
      floatSafeCount: verdicts.count(where: \.floatSafe), boxCount: boxCount,
      stepCount: stepCount,
      leafCount: replay.leafCount + (regions?.leafCount ?? 0), pointCount: points.count,
      regionCounts: regionCounts, regionLayerCount: regions?.layerCount,
      pruning: pruning.map(PruningSummary.init))
    return (proved, summary)
  }

  /// The intervals after all steps; checks the verdicts the first time.
  private mutating func settle() throws(CheckFailure) -> ProofState {
    if let settled { return settled }
    let proved = try replay.completed()
    try VerdictChecker(
      verdicts: verdicts, points: points, proved: proved,
      plainLayerCount: model.plainLayerCount, concurrency: concurrency
    ).check()
    settled = proved
    return proved
  }

  private static func checkBinding(
    of head: CertificateHead, to model: CheckedModel
  ) throws(CheckFailure) {
    let claimed = head.model.files.map(\.sha256)
    let actual = model.files.map(\.sha256)
    guard claimed == actual else {
      throw CheckFailure(
        .modelDigest, at: "$.model.files", expected: "\(claimed.joined(separator: ", "))",
        found: "\(actual.joined(separator: ", ")), the digests of the files given")
    }
    let digest = model.network.digest
    guard head.model.networkDigest == digest else {
      throw CheckFailure(
        .networkDigest, at: "$.model.network", expected: head.model.networkDigest,
        found: "\(digest), the digest of the weights given")
    }
  }
}

internal import ExactArithmetic
internal import NeuralNetwork

/// Checks a certificate in lines while it is read, in memory that does not grow with its steps.
public struct CertificateLineChecker {
  private let model: CheckedModel
  private let concurrency: Concurrency
  private var reader: CertificateLineReader
  private var run: CheckRun?
  private var isPastPoints = false

  /// A checker for a certificate about `model`.
  ///
  /// - Parameter concurrency: How lines are read and leaves are evaluated.
  public init(model: CheckedModel, concurrency: Concurrency = .serial) {
    self.model = model
    self.concurrency = concurrency
    reader = CertificateLineReader(concurrency: concurrency)
  }

  /// Takes the next lines, each with its line feed.
  ///
  /// - Throws: `CheckFailure` naming the rule, the line, what was expected and what was found.
  public mutating func take(_ lines: [[UInt8]]) throws(CheckFailure) {
    for numbered in try reader.read(lines) { try take(numbered) }
  }

  /// Checks what can only be checked at the end.
  ///
  /// - Parameter result: The model that was written; needed if and only if there is a pruning.
  /// - Returns: The intervals that the certificate proves, and what it says in numbers.
  public mutating func finish(
    result: CheckedModel?
  ) throws(CheckFailure) -> (proved: ProofState, summary: CheckSummary) {
    try reader.finish()
    guard let outcome = try run?.finish(result: result) else {
      preconditionFailure("a file that has an end has a head")
    }
    return outcome
  }

  private mutating func take(_ numbered: CertificateLineReader.Numbered) throws(CheckFailure) {
    if run?.isInBoxes == true {
      guard case .box = numbered.line else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "a box of the open tree",
          found: "another line")
      }
    }
    if run?.isInTree == true {
      guard case .branch = numbered.line else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "a branch of the open tree",
          found: "another line")
      }
    }
    switch numbered.line {
    case .head(let head):
      run = try CheckRun(head, model: model, concurrency: concurrency)
    case .boxes(let targets):
      try run?.openBoxes(targets, at: numbered.place("$.boxes"))
    case .box(let cuts):
      guard run?.isInBoxes == true else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "an open tree of boxes",
          found: "a box outside a tree")
      }
      try run?.takeBox(cuts, at: numbered.place())
    case .lemma(let unit, let side, let leaf):
      try run?.take(
        Step(unit: unit, side: side, proof: .lemma(leaf)), at: numbered.place())
    case .tree(let unit, let side, let bound):
      try run?.openTree(unit, side, bound: bound, at: numbered.place())
    case .branch(let splits, let leaf):
      guard run?.isInTree == true else {
        throw CheckFailure(
          .treeShape, at: numbered.place(), expected: "a tree before its branches",
          found: "a branch outside a tree")
      }
      try run?.takeBranch(splits, leaf, at: numbered.place())
    case .point(let point): try run?.take(point, at: numbered.place("$.point"))
    case .verdict(let verdict):
      try endPoints()
      run?.take(verdict)
    case .regions(let count):
      try endPoints()
      try run?.openRegions(layerCount: count, at: numbered.place("$.regions"))
    case .cell(let nodes): try run?.takeCell(nodes, at: numbered.place("$.cell"))
    case .counts(let counts):
      try run?.closeRegions(
        counts: counts, at: numbered.place("$.counts"), treePlace: numbered.place())
    case .pruning(let pruning):
      try endPoints()
      run?.take(pruning)
    case .end: try endPoints()
    }
  }

  private mutating func endPoints() throws(CheckFailure) {
    guard !isPastPoints else { return }
    isPastPoints = true
    try run?.checkMember(at: "line 1 $.member")
  }
}

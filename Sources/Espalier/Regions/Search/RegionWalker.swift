internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Searches region trees depth first, in memory of the order of their depth.
///
/// In a cell, a unit of the next layer is affine. Either it has one sign there, or it cuts the cell
/// in two, each of which has regions. So every node has a region below it, and the work is at most
/// the number of regions times that of units.
///
/// - Source: `docs/certificate-format.md`, section 15; Serra, Tjandraatmadja and Ramalingam,
///   arXiv 1711.02114, for the definition.
struct RegionWalker {
  /// What a walk may use and what it leaves behind.
  struct Options: Sendable {
    /// True if nodes with proofs are wanted.
    var hasProof = false
    /// True if every region's phases are wanted.
    var hasPatterns = false
    /// True if patterns on sets without an inside count, too: R1 instead of R2.
    var countsFaces = false
    /// True if exact programs alone decide.
    var isExact = false
    /// The regions between two questions whether to go on.
    var checkInterval = 256
  }

  /// What a walk found.
  struct Findings: Sendable {
    /// The regions after 1, 2, … layers of the part's network.
    var counts: [Int]
    /// The nodes in preorder.
    var nodes: [RegionNode] = []
    /// The phases of every region.
    var patterns: [[UnitPhase]] = []
    /// The cuts that were made.
    var cutCount = 0
    /// The states that were put aside, each with the number of nodes before it.
    var subtrees: [(state: RegionState, nodeCount: Int)] = []
    /// The questions that needed exact programs.
    var exactCount = 0
    /// The linear programs in doubles.
    var programCount = 0
    /// What a certificate cannot be written for, if there is anything.
    var failure: RegionFailure?
  }

  /// The programs between two questions whether to go on.
  static let programInterval = 16

  let network: PartNetwork
  let options: Options
  let prover: RegionProver
  var stack: [RegionState] = []
  private var scratch = VertexCell.Scratch()
  var findings: Findings

  /// True once the walk was told to end.
  var isStopped = false
  /// Told the number of regions found since; says whether to go on.
  let goesOn: @Sendable (Int) -> Bool

  init(
    _ network: PartNetwork, options: Options,
    goesOn: @escaping @Sendable (Int) -> Bool = { _ in true }
  ) {
    self.network = network
    self.options = options
    self.goesOn = goesOn
    prover = RegionProver(network, shouldStop: { !goesOn(0) })
    findings = Findings(counts: Array(repeating: 0, count: network.layers.count))
  }

  /// Where the tree begins.
  static func root(_ network: PartNetwork, usesVertices: Bool) -> RegionState {
    let shape: RegionState.Shape
    if usesVertices {
      shape = .vertices(VertexCell(lower: network.lower, upper: network.upper))
    } else {
      let middle = zip(network.lower, network.upper).map { $0 + ($1 - $0) / 2 }
      let program = CellProgram(network, cuts: nil)
      let point =
        program.isStrictlyInside(middle)
        ? middle : program.deepPoint().flatMap { program.isStrictlyInside($0) ? $0 : nil }
      shape = point.map { .point(PointCell(point: $0)) } ?? .cuts
    }
    return RegionState(
      shape: shape, cuts: nil, layer: 0, forms: LayerForms(first: network), exact: nil,
      pending: network.layers[0].openRows.reversed(),
      phases: Array(repeating: .open, count: network.units.count))
  }

  /// Walks all below `start`.
  ///
  /// - Parameter cutLimit: States with so many cuts are put aside.
  /// - Returns: The states that were left, if the walk was stopped.
  mutating func walk(from start: RegionState, cutLimit: Int = .max) -> [RegionState] {
    stack = [start]
    var reported = (regions: regionCount, programs: 0)
    while let state = stack.popLast() {
      if state.cutCount >= cutLimit {
        findings.subtrees.append((state, findings.nodes.count))
        continue
      }
      advance(state)
      if findings.failure != nil || isStopped { break }
      let programs = findings.programCount + findings.exactCount
      if regionCount - reported.regions >= options.checkInterval
        || programs - reported.programs >= Self.programInterval
      {
        let found = regionCount - reported.regions
        reported = (regionCount, programs)
        if !goesOn(found) { break }
      }
    }
    _ = goesOn(regionCount - reported.regions)
    return stack
  }

  private var regionCount: Int { findings.counts.last ?? 0 }

  // MARK: Steps

  /// Decides units until the cell is cut or its last layer is done.
  private mutating func advance(_ start: RegionState) {
    var state = start
    while true {
      if countsLastLayer(&state) { return }
      settleClearUnits(&state)
      // What has no proof stays pending.
      while findings.failure == nil, !isStopped, let i = state.pending.last {
        guard decide(i, in: &state) else { return }
      }
      guard findings.failure == nil, !isStopped else { return }
      findings.counts[state.layer] += 1
      guard state.layer + 1 < network.layers.count else {
        end(state)
        return
      }
      enterNextLayer(&state)
    }
  }

  private func enterNextLayer(_ state: inout RegionState) {
    let rows = network.layers[state.layer].rows
    let active = rows.indices.filter { i in
      rows[i].position.map { state.phases[$0].isOn } ?? true
    }
    state.layer += 1
    state.forms = LayerForms(
      layer: state.layer, of: network, below: state.forms, active: active)
    state.exact = nil
    state.deferredCount = 0
    state.pending = network.layers[state.layer].openRows.reversed()
  }

  /// Decides the next unit; returns false if it cut the cell.
  private mutating func decide(_ i: Int, in state: inout RegionState) -> Bool {
    guard let position = network.layers[state.layer].rows[i].position else {
      preconditionFailure("a row that is not open is pending")
    }
    switch state.shape {
    case .vertices(let cell):
      cell.evaluate(state.forms, i, into: &scratch.values)
      switch cell.side(state.forms, i, values: scratch.values) {
      case .both:
        if countsLastCut(state) { return false }
        if let (off, on) = cell.cut(by: state.forms, i, position: position, &scratch) {
          push(state, i, position, off: .vertices(off), on: .vertices(on))
          return false
        }
        if defers(i, in: &state) { return true }
        return decideByProgram(i, position, PointCell(point: cell.center), in: &state)
      case .on: settle(&state, i, position, .on)
      case .off: settle(&state, i, position, .off)
      case .touching, .unknown, .zero:
        if let refined = cell.refined(state.cuts) {
          state.shape = .vertices(refined)
          return decide(i, in: &state)
        }
        if defers(i, in: &state) { return true }
        return decideByProgram(i, position, PointCell(point: cell.center), in: &state)
      }
    case .point(let cell): return decideByProgram(i, position, cell, in: &state)
    case .cuts: return decideExactly(i, position, nil, in: &state)
    }
    return true
  }

  /// Settles the units that do not cut a cell before those that do, if a proof is wanted: below the
  /// cuts, each would need a proof in every cell.
  private mutating func settleClearUnits(_ state: inout RegionState) {
    guard options.hasProof, case .vertices(let cell) = state.shape else { return }
    for i in state.pending.reversed() {
      cell.evaluate(state.forms, i, into: &scratch.values)
      let side = cell.side(state.forms, i, values: scratch.values)
      guard side == .on || side == .off, let place = state.pending.firstIndex(of: i) else {
        continue
      }
      state.pending.append(state.pending.remove(at: place))
      guard decide(i, in: &state), findings.failure == nil, !isStopped else { return }
    }
  }

  /// Puts a unit that doubles leave open behind the others of its layer.
  ///
  /// They may cut the cell, and on most of the smaller cells doubles decide the unit.
  ///
  /// - Returns: False if that was tried on this cell.
  private func defers(_ i: Int, in state: inout RegionState) -> Bool {
    guard !options.hasProof, !options.hasPatterns, !options.countsFaces,
      state.pending.count > state.deferredCount + 1
    else { return false }
    state.pending.removeLast()
    state.pending.insert(i, at: state.deferredCount)
    state.deferredCount += 1
    return true
  }

  /// True if nothing below the next cut is asked for but its two regions.
  mutating func countsLastCut(_ state: RegionState) -> Bool {
    guard state.pending.count == 1, state.layer + 1 == network.layers.count,
      !options.hasProof, !options.hasPatterns
    else { return false }
    findings.cutCount += 1
    findings.counts[state.layer] += 2
    return true
  }

  /// True if the regions of the last layer in a cell could be counted without making them.
  private mutating func countsLastLayer(_ state: inout RegionState) -> Bool {
    guard state.layer + 1 == network.layers.count, !options.hasProof, !options.hasPatterns,
      case .vertices(let cell) = state.shape
    else { return false }
    let arrangement = ArrangementCount(state.forms)
    if let count = arrangement.count(cell, rows: state.pending) {
      findings.counts[state.layer] += count
      return true
    }
    guard let refined = cell.refined(state.cuts) else { return false }
    state.shape = .vertices(refined)
    guard let count = arrangement.count(refined, rows: state.pending) else { return false }
    findings.counts[state.layer] += count
    return true
  }
}

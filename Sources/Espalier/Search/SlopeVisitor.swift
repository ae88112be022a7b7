internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Bounds nodes of a tree of linear bounds, and says what becomes of each.
///
/// Nothing here knows the tree, so that groups of nodes can be visited at the same time.
struct SlopeVisitor: Sendable {
  /// A node that is not bounded yet.
  struct Open: Sendable {
    let node: Int
    let phases: [SlopeBatch.Assumption]
    let parameters: SlopeBatch.Parameters
  }

  /// What becomes of a node.
  enum Fate: Sendable {
    case closed(Leaf)
    /// It is split on the unit at a position; its children begin with its parameters.
    case split(position: Int, SlopeBatch.Parameters)
    /// It can be neither closed nor split.
    case stuck
  }

  /// What became of a group of nodes.
  struct Visit: Sendable {
    /// One for each node, in order; of no use if there is a witness.
    var fates: [Fate] = []
    /// An input with the sign.
    var witness: [Dyadic]?
    /// The inputs that came nearest.
    var points: [[Double]] = []
    /// The bounds that were computed.
    var boundCount = 0
  }

  /// The matrices that one group is bounded with, used again by the next.
  ///
  /// Not for two groups at the same time.
  final class Memory: @unchecked Sendable {
    fileprivate let batch: SlopeBatch

    init(_ visitor: SlopeVisitor) {
      batch = SlopeBatch(network: visitor.network, capacity: SlopeProver.groupSize)
    }
  }

  let network: SlopeNetwork
  private let state: ProofState
  private let target: UnitID
  private let side: Side
  private let rule: SlopeRule
  private let corners: CornerSearch
  private let objective: SlopeNetwork.Objective
  /// The bound at which a node counts as closed, and the bound at which single precision is sure.
  private let goals: (closed: Double, sure: Double)
  private let isSmall: Bool

  init(_ prover: SlopeProver) {
    state = prover.state
    target = prover.target
    side = prover.side
    rule = prover.rule
    let intervals = FloatIntervals(state)
    network = SlopeNetwork(
      network: state.network.network, domain: state.domain, intervals: intervals,
      layer: target.layer)
    corners = CornerSearch(state: state, target: target, side: side, sampler: prover.sampler)
    objective = network.objective(unit: target.index, side: side)
    let width = intervals.width(target)
    goals = (-SlopeBounds.margin * width, -SlopeProver.clearance * width)
    isSmall =
      state.network.network.parameterCount <= MultiplierGrid.smallParameterCount
  }

  /// Bounds nodes with some iterations each, and closes or splits them.
  func visit(_ nodes: ArraySlice<Open>, iterations: Int, in memory: Memory) -> Visit {
    var visit = Visit()
    let batch = memory.batch
    batch.reset()
    for node in nodes {
      batch.add(
        number: batch.rowCount, objective: objective, phases: node.phases,
        parameters: node.parameters)
    }
    visit.boundCount = SlopeOptimizer(iterations: iterations, goal: goals.closed).run(batch)
    visit.witness = corners.search(
      batch, objective: objective, onPoint: { visit.points.append($0) })
    if visit.witness != nil { return visit }
    let nodes = Array(nodes)
    visit.fates = Array(repeating: .stuck, count: nodes.count)
    for r in 0..<batch.rowCount {
      let i = batch.numbers[r]
      if batch.bestBounds[r] <= 0, let leaf = leaf(of: nodes[i], batch, row: r) {
        visit.fates[i] = .closed(leaf)
      } else if let position = batch.position(toSplit: r, rule: rule) {
        visit.fates[i] = .split(position: position, batch.bestParameters(row: r))
      }
    }
    return visit
  }

  /// The phases of a node's branch.
  func phases(of node: Open) -> [UnitID: Phase] {
    Dictionary(
      uniqueKeysWithValues: node.phases.map {
        (network.unit(at: $0.position), $0.kind == .on ? Phase.on : .off)
      })
  }

  // MARK: Leaves

  /// The leaf of a row, if it closes the node.
  ///
  /// Whoever takes the tree checks every leaf exactly; here only those are checked of which single
  /// precision is not sure.
  private func leaf(of node: Open, _ batch: SlopeBatch, row r: Int) -> Leaf? {
    let plain = batch.leaf(row: r, rounding: .toLargest, isSmall: isSmall)
    if batch.bestBounds[r] <= goals.sure { return plain }
    let phases = phases(of: node)
    if isAccepted(plain, phases) { return plain }
    let coarse = batch.leaf(row: r, rounding: .toMultiples(exponent: -20), isSmall: isSmall)
    return isAccepted(coarse, phases) ? coarse : nil
  }

  private func isAccepted(_ leaf: Leaf, _ phases: [UnitID: Phase]) -> Bool {
    do throws(CheckFailure) {
      return try state.excludes(leaf, unit: target, side: side, phases: phases)
    } catch {
      // Not even the form of a leaf.
      return false
    }
  }
}

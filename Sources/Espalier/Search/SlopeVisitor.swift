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
    /// The children that are tried before a node is split.
    fileprivate let trial: SlopeBatch

    init(_ visitor: SlopeVisitor) {
      let size = SlopeProver.groupSize
      batch = SlopeBatch(network: visitor.network, capacity: size)
      trial = SlopeBatch(
        network: visitor.network, capacity: 2 * visitor.rule.candidateCount * size)
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
    let open = (0..<batch.rowCount).filter { r in
      let i = batch.numbers[r]
      guard batch.bestBounds[r] <= 0, let leaf = leaf(of: nodes[i], batch, row: r) else {
        return true
      }
      visit.fates[i] = .closed(leaf)
      return false
    }
    let positions = branchingPositions(open, of: nodes, memory, &visit.boundCount)
    for (r, position) in zip(open, positions) {
      guard let position else { continue }
      visit.fates[batch.numbers[r]] =
        .split(position: position, batch.bestParameters(row: r))
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

  // MARK: Splits

  /// The positions on which the nodes of some rows are split; nil where nothing is left to split.
  private func branchingPositions(
    _ rows: [Int], of nodes: [Open], _ memory: Memory, _ boundCount: inout Int
  ) -> [Int?] {
    let (batch, trial) = (memory.batch, memory.trial)
    let lists = rows.map {
      batch.candidates(row: $0, rule: rule, count: rule.candidateCount)
    }
    guard case .strong = rule else { return lists.map(\.first) }
    trial.reset()
    for (r, list) in zip(rows, lists) where list.count > 1 {
      let node = nodes[batch.numbers[r]]
      let parameters = batch.bestParameters(row: r)
      for position in list {
        for kind in [SlopeNetwork.Kind.off, .on] {
          trial.add(
            number: trial.rowCount, objective: objective,
            phases: node.phases + [.init(position: position, kind: kind)],
            parameters: parameters)
        }
      }
    }
    trial.passBackward()
    boundCount += trial.rowCount
    var next = 0
    return zip(rows, lists).map { r, list in
      if list.count < 2 { return list.first }
      defer { next += 2 * list.count }
      let scores = list.indices.map {
        score(batch.bestBounds[r], trial.bounds[next + 2 * $0], trial.bounds[next + 2 * $0 + 1])
      }
      return list.indices.max { scores[$0] < scores[$1] }.map { list[$0] }
    }
  }

  /// What a split gains: the product of both children's gains, as far as they are of use.
  private func score(_ bound: Double, _ off: Double, _ on: Double) -> Double {
    let least = -goals.closed
    return max(bound - max(off, goals.closed), least)
      * max(bound - max(on, goals.closed), least)
  }
}

internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// A tree of linear bounds while it grows.
final class SlopeTreeRun {
  /// A node that is not bounded yet.
  struct Open {
    let node: Int
    let phases: [SlopeBatch.Assumption]
    let parameters: SlopeBatch.Parameters
  }

  private(set) var tree = ProofTree()
  private(set) var counts = SlopeProver.Counts()
  /// True if a node can be neither closed nor split.
  private(set) var isStuck = false

  let prover: SlopeProver
  let objective: (coefficients: [Float], constant: Double)
  /// The bound at which a node counts as closed, and the bound at which single precision is sure.
  let goals: (closed: Double, sure: Double)
  private let batch: SlopeBatch
  private let trial: SlopeBatch
  private let corners: CornerSearch
  private let isSmall: Bool
  private var stack = [Open(node: 0, phases: [], parameters: .init())]

  init(_ prover: SlopeProver) {
    self.prover = prover
    let state = prover.state
    let intervals = FloatIntervals(state)
    let network = SlopeNetwork(
      network: state.network.network, domain: state.domain, intervals: intervals,
      layer: prover.target.layer)
    batch = SlopeBatch(network: network, capacity: SlopeProver.batchSize)
    trial = SlopeBatch(
      network: network, capacity: 2 * prover.rule.candidateCount * SlopeProver.batchSize)
    corners = CornerSearch(
      state: state, target: prover.target, side: prover.side, sampler: prover.sampler)
    objective = network.objective(unit: prover.target.index, side: prover.side)
    let width = intervals.width(prover.target)
    goals = (-SlopeBounds.margin * width, -SlopeProver.clearance * width)
    isSmall =
      state.network.network.parameterCount <= MultiplierGrid.smallParameterCount
  }

  /// True if every branch is closed.
  var isDone: Bool { stack.isEmpty }

  /// Bounds the next nodes, closes what can be closed and splits the others.
  ///
  /// - Returns: An input with the sign, if one is found.
  func advance(nodeLimit: Int, onPoint: ([Double]) -> Void) -> [Dyadic]? {
    let nodes = Array(
      stack.suffix(min(SlopeProver.batchSize, nodeLimit - counts.nodes)))
    stack.removeLast(nodes.count)
    batch.reset()
    for (i, node) in nodes.enumerated() {
      batch.add(
        number: i, objective: objective, phases: node.phases, parameters: node.parameters)
    }
    let isRoot = counts.nodes == 0
    counts.nodes += nodes.count
    counts.bounds += SlopeOptimizer(
      iterations: isRoot ? prover.iterations.root : prover.iterations.node, goal: goals.closed
    ).run(batch)
    if let witness = corners.search(batch, onPoint: onPoint) { return witness }
    let open = (0..<batch.rowCount).filter { r in
      guard batch.bestBounds[r] <= 0, let leaf = leaf(of: nodes[batch.numbers[r]], row: r) else {
        return true
      }
      close(nodes[batch.numbers[r]], leaf)
      return false
    }
    return split(open, of: nodes)
  }

  // MARK: Leaves

  private func close(_ node: Open, _ leaf: Leaf) {
    tree.close(node.node, with: leaf)
    counts.leaves += 1
    counts.progress += Double(sign: .plus, exponent: -node.phases.count, significand: 1)
  }

  /// The leaf of a row, if it closes the node.
  ///
  /// Whoever takes the tree checks every leaf exactly; here only those are checked of which single
  /// precision is not sure.
  private func leaf(of node: Open, row r: Int) -> Leaf? {
    let plain = batch.leaf(row: r, rounding: .toLargest, isSmall: isSmall)
    if batch.bestBounds[r] <= goals.sure { return plain }
    let phases = phases(of: node)
    if isAccepted(plain, phases) { return plain }
    let coarse = batch.leaf(row: r, rounding: .toMultiples(exponent: -20), isSmall: isSmall)
    return isAccepted(coarse, phases) ? coarse : nil
  }

  private func isAccepted(_ leaf: Leaf, _ phases: [UnitID: Phase]) -> Bool {
    do throws(CheckFailure) {
      let bound = try prover.state.bound(
        of: leaf, unit: prover.target, side: prover.side, phases: phases)
      return bound.signum <= 0
    } catch {
      // Not even the form of a leaf.
      return false
    }
  }

  private func phases(of node: Open) -> [UnitID: Phase] {
    Dictionary(
      uniqueKeysWithValues: node.phases.map {
        (batch.network.unit(at: $0.position), $0.kind == .on ? Phase.on : .off)
      })
  }

  // MARK: Splits

  /// Splits nodes; where nothing is left to split, the linear program of the branch decides.
  private func split(_ rows: [Int], of nodes: [Open]) -> [Dyadic]? {
    let positions = branchingPositions(rows, of: nodes)
    for (r, position) in zip(rows, positions) {
      let node = nodes[batch.numbers[r]]
      guard let position else {
        switch prover.program?(phases(of: node)) {
        case .closed(let leaf): close(node, leaf)
        case .witness(let point): return point
        case .split, .stuck, nil: isStuck = true
        }
        continue
      }
      let parameters = batch.bestParameters(row: r)
      let children = tree.split(node.node, on: batch.network.unit(at: position))
      for (child, kind) in [(children.off, SlopeNetwork.Kind.off), (children.on, .on)] {
        stack.append(
          Open(
            node: child, phases: node.phases + [.init(position: position, kind: kind)],
            parameters: parameters))
      }
    }
    return nil
  }

  private func branchingPositions(_ rows: [Int], of nodes: [Open]) -> [Int?] {
    let lists = rows.map {
      batch.candidates(row: $0, rule: prover.rule, count: prover.rule.candidateCount)
    }
    guard case .strong = prover.rule else { return lists.map(\.first) }
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
    counts.bounds += trial.rowCount
    var next = 0
    return zip(rows, lists).map { r, list in
      if list.count < 2 { return list.first }
      defer { next += 2 * list.count }
      return list.enumerated().max { left, right in
        score(r, first: next + 2 * left.offset) < score(r, first: next + 2 * right.offset)
      }?.element
    }
  }

  /// What a split gains: the product of both children's gains, as far as they are of use.
  private func score(_ r: Int, first: Int) -> Double {
    let bound = batch.bestBounds[r]
    let gains = (0..<2).map { bound - max(trial.bounds[first + $0], goals.closed) }
    let least = -goals.closed
    return max(gains[0], least) * max(gains[1], least)
  }
}

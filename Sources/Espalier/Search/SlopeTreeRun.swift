internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// A tree of linear bounds while it grows.
final class SlopeTreeRun {
  /// A node that is not bounded yet.
  private struct Open {
    let node: Int
    let phases: [(position: Int, kind: SlopeNetwork.Kind)]
    let parameters: SlopeBatch.Parameters
  }

  private(set) var tree = ProofTree()
  private(set) var counts = SlopeProver.Counts()
  /// True if a node has nothing left to split.
  private(set) var isStuck = false

  private let prover: SlopeProver
  private let batch: SlopeBatch
  private let trial: SlopeBatch?
  private let objective: (coefficients: [Float], constant: Double)
  private let goal: Double
  private let isSmall: Bool
  private var stack = [Open(node: 0, phases: [], parameters: .init())]

  init(_ prover: SlopeProver) {
    self.prover = prover
    let state = prover.state
    let network = SlopeNetwork(
      network: state.network.network, domain: state.domain, intervals: FloatIntervals(state),
      layer: prover.target.layer)
    batch = SlopeBatch(network: network, capacity: SlopeProver.batchSize)
    if case .strong(let count) = prover.rule {
      trial = SlopeBatch(network: network, capacity: 2 * count * SlopeProver.batchSize)
    } else {
      trial = nil
    }
    objective = network.objective(unit: prover.target.index, side: prover.side)
    let interval = state[prover.target]
    goal = -SlopeProver.margin * (interval.upper - interval.lower).approximation
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
      iterations: isRoot ? prover.iterations.root : prover.iterations.node, goal: goal
    ).run(batch)
    if let witness = witness(onPoint) { return witness }
    var open: [Int] = []
    for r in 0..<batch.rowCount {
      if batch.bestBounds[r] <= 0, close(nodes[batch.numbers[r]], row: r) { continue }
      open.append(r)
    }
    split(open, of: nodes)
    return nil
  }

  // MARK: Leaves

  private func close(_ node: Open, row r: Int) -> Bool {
    let phases = Dictionary(
      uniqueKeysWithValues: node.phases.map {
        (batch.network.unit(at: $0.position), $0.kind == .on ? Phase.on : .off)
      })
    for rounding in [RelaxationSession.Rounding.toLargest, .toMultiples(exponent: -20)] {
      let leaf = batch.leaf(row: r, rounding: rounding, isSmall: isSmall)
      do throws(CheckFailure) {
        let bound = try prover.state.bound(
          of: leaf, unit: prover.target, side: prover.side, phases: phases)
        guard bound.signum <= 0 else { continue }
      } catch {
        return false
      }
      tree.close(node.node, with: leaf)
      counts.leaves += 1
      counts.progress += Double(sign: .plus, exponent: -node.phases.count, significand: 1)
      return true
    }
    return false
  }

  // MARK: Witnesses

  /// Replays the best corners of the nodes that are open.
  private func witness(_ onPoint: ([Double]) -> Void) -> [Dyadic]? {
    let network = prover.state.network.network
    let count = network.inputCount
    let elements = (0..<batch.activeCount * count).map { Double(batch.inputs[$0]) }
    let inputs = BatchMatrix(
      rowCount: batch.activeCount, columnCount: count, elements: elements)
    let values = network.preactivations(of: inputs)[prover.target.layer]
    var best: (row: Int, value: Double)?
    for r in 0..<batch.activeCount {
      let value = prover.side.factor * values[r, prover.target.index]
      if value > best?.value ?? -.infinity { best = (r, value) }
    }
    guard let best else { return nil }
    let input = prover.sampler.admit(inputs.row(best.row))
    onPoint(input)
    return best.value > 0 ? confirmed(input) : nil
  }

  private func confirmed(_ input: [Double]) -> [Dyadic]? {
    let point = input.map { Dyadic($0) }
    guard prover.state.domain.violation(at: point) == nil else { return nil }
    let sign =
      prover.state.network.signs(at: point)[prover.target.layer][prover.target.index]
    return sign == prover.side.sign.signum ? point : nil
  }

  // MARK: Splits

  private func split(_ rows: [Int], of nodes: [Open]) {
    let choices = branchingPositions(rows, of: nodes)
    for (r, position) in zip(rows, choices) {
      guard let position else {
        isStuck = true
        return
      }
      let node = nodes[batch.numbers[r]]
      let parameters = batch.bestParameters(row: r)
      let children = tree.split(node.node, on: batch.network.unit(at: position))
      for (child, kind) in Tuning.order == 0 ? [(children.off, SlopeNetwork.Kind.off), (children.on, .on)] : [(children.on, SlopeNetwork.Kind.on), (children.off, .off)] {
        stack.append(
          Open(
            node: child, phases: node.phases + [(position, kind)], parameters: parameters))
      }
    }
  }

  private func branchingPositions(_ rows: [Int], of nodes: [Open]) -> [Int?] {
    guard case .strong(let count) = prover.rule, let trial else {
      return rows.map { batch.candidates(row: $0, rule: prover.rule, count: 1).first }
    }
    var lists: [[Int]] = []
    trial.reset()
    for r in rows {
      let gaps = batch.candidates(row: r, rule: Tuning.pre == 0 ? .gap : Tuning.pre == 1 ? .bias : .cost, count: count)
      lists.append(gaps)
      let node = nodes[batch.numbers[r]]
      let parameters = batch.bestParameters(row: r)
      for position in gaps {
        for kind in [SlopeNetwork.Kind.off, .on] {
          trial.add(
            number: trial.rowCount, objective: objective, phases: node.phases + [(position, kind)],
            parameters: parameters)
        }
      }
    }
    counts.bounds += SlopeOptimizer(iterations: Tuning.trialIterations).run(trial)
    var next = 0
    return zip(rows, lists).map { r, list in
      var best: (position: Int, gain: Double)?
      for position in list {
        let gains = (0..<2).map { batch.bestBounds[r] - max(trial.bestBounds[next + $0], Tuning.score >= 2 ? goal : -.infinity) }
        next += 2
        let gain = Tuning.score % 2 == 0 ? min(gains[0], gains[1]) + 0.1 * max(gains[0], gains[1]) : max(gains[0], 1e-6) * max(gains[1], 1e-6)
        if gain > best?.gain ?? -.infinity { best = (position, gain) }
      }
      return best?.position
    }
  }
}

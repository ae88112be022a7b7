internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Linear bounds: lemmas for open sides and for the layers above.
extension StabilityAnalysis {
  /// Tries to prove the sides of which no sample has shown the sign.
  mutating func tightenOpenUnits(layer k: Int) {
    report(k, "bounds")
    apply(leaves(for: openSides(layer: k), layer: k)) { _, claimed, _ in claimed <= 0 }
  }

  /// Tries the same with optimized slopes.
  mutating func optimizeOpenUnits(layer k: Int) {
    report(k, "slopes")
    let targets = openSides(layer: k)
    apply(optimizedLeaves(for: targets, layer: k, endsAtSign: true)) { _, claimed, _ in
      claimed <= 0
    }
  }

  /// Tightens units that are not off, for the layers above: by backward bounds, and on small
  /// networks by the relaxation itself.
  mutating func tightenUnstableUnits(layer k: Int) {
    report(k, "bounds")
    let targets = (0..<network.layers[k].unitCount).flatMap { j in
      Side.allCases.map { BackwardBounds.Target(unit: j, side: $0) }
    }.filter { target in
      let unit = UnitID(layer: k, index: target.unit)
      return network.activation(of: unit) == .identity || state[unit].upper.signum > 0
    }
    var leaves = leaves(for: targets, layer: k)
    if usesSlopes {
      let optimized = optimizedLeaves(for: targets, layer: k, endsAtSign: false)
      leaves = zip(leaves, optimized).map { $0.claimedBound <= $1.claimedBound ? $0 : $1 }
    }
    apply(leaves) { state, claimed, target in
      let interval = state[UnitID(layer: k, index: target.unit)]
      let now = target.side == .upper ? interval.upper : -interval.lower
      let width = (interval.upper - interval.lower).approximation
      return now.approximation - claimed > Self.usefulGain * width
    }
    if options.engines.contains(.tree) && network.parameterCount <= Self.relaxableParameterCount {
      relax(targets, layer: k)
    }
  }

  /// Networks up to this size have the relaxation of every unit solved for its bounds.
  static let relaxableParameterCount = 20_000

  mutating func relax(_ targets: [BackwardBounds.Target], layer k: Int) {
    for start in stride(from: 0, to: targets.count, by: Self.roundSize) {
      if limit() != nil { return }
      let round = targets[start..<min(start + Self.roundSize, targets.count)].filter {
        let interval = state[UnitID(layer: k, index: $0.unit)]
        return interval.upper.signum > 0 && !interval.isPoint
      }
      ask(
        Array(round), layer: k, goal: .tighten, engines: [.tree], nodeLimit: options.nodeLimit)
    }
    settle("relaxation", layer: k)
  }

  /// The share of an interval's width that a lemma must gain to stand in the certificate.
  static let usefulGain = 0.02

  func leaves(
    for targets: [BackwardBounds.Target], layer k: Int
  ) -> [(target: BackwardBounds.Target, leaf: Leaf, claimedBound: Double)] {
    let bounds = BackwardBounds(
      network: network, domain: state.domain, intervals: FloatIntervals(state))
    return zip(targets, bounds.leaves(layer: k, targets: targets)).map {
      ($0, $1.leaf, $1.claimedBound)
    }
  }

  /// Rows and balls are left to the triangle relaxation.
  var usesSlopes: Bool { options.engines.contains(.slopes) && state.domain.isBox }

  private func optimizedLeaves(
    for targets: [BackwardBounds.Target], layer k: Int, endsAtSign: Bool
  ) -> [(target: BackwardBounds.Target, leaf: Leaf, claimedBound: Double)] {
    let bounds = SlopeBounds(
      network: network, domain: state.domain, intervals: FloatIntervals(state),
      concurrency: concurrency)
    return zip(targets, bounds.leaves(layer: k, targets: targets, endsAtSign: endsAtSign)).map {
      ($0, $1.leaf, $1.claimedBound)
    }
  }

  mutating func apply(
    _ leaves: [(target: BackwardBounds.Target, leaf: Leaf, claimedBound: Double)],
    if isUseful: (ProofState, Double, BackwardBounds.Target) -> Bool
  ) {
    for (target, leaf, claimed) in leaves {
      if stopReason() != nil { return }
      guard isUseful(state, claimed, target) else { continue }
      apply(
        Step(
          unit: UnitID(layer: state.currentLayer, index: target.unit), side: target.side,
          proof: .lemma(leaf)))
    }
  }

  /// Applies a step if exact arithmetic accepts it and it shrinks something.
  ///
  /// - Returns: False if exact arithmetic refuses it.
  @discardableResult
  mutating func apply(_ step: Step) -> Bool {
    let old = state[step.unit]
    do throws(CheckFailure) {
      try state.apply(step, concurrency: concurrency, at: "$")
    } catch {
      // A candidate that does not hold: the unit stays open.
      return false
    }
    if state[step.unit] != old {
      stepCount += 1
      if let onStep { onStep(step) } else { steps.append(step) }
    }
    return true
  }
}

import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Bounds with optimized slopes hold, are no looser than plain ones, and move along their gradients.
@Suite struct SlopeBoundsTests {
  @Test(arguments: 0..<40)
  func boundsHoldAndAreNoLooser(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete {
      state.openNextLayer()
      let k = state.currentLayer
      let targets = (0..<network.layers[k].unitCount).flatMap { j in
        Side.allCases.map { BackwardBounds.Target(unit: j, side: $0) }
      }
      let intervals = FloatIntervals(state)
      let plain = BackwardBounds(network: network, domain: domain, intervals: intervals)
        .leaves(layer: k, targets: targets)
      let leaves = SlopeBounds(network: network, domain: domain, intervals: intervals)
        .leaves(layer: k, targets: targets, endsAtSign: false)
      for ((target, found), plain) in zip(zip(targets, leaves), plain) {
        let unit = UnitID(layer: k, index: target.unit)
        let bound = try state.bound(of: found.leaf, unit: unit, side: target.side, phases: [:])
        #expect(abs(bound.approximation - found.claimedBound) < 1e-4)
        #expect(found.claimedBound <= plain.claimedBound + 1e-4)
        for point in RandomNetworks.points(of: domain, count: 20, seed: UInt64(seed)) {
          let value = state.network.preactivations(at: point)[k][target.unit]
          #expect(target.side.sign * value <= bound)
        }
      }
    }
  }

  @Test(arguments: 0..<20)
  func gradientsAreThoseOfTheBound(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    let slopes = SlopeNetwork(
      network: network, domain: domain, intervals: FloatIntervals(state),
      layer: state.currentLayer)
    let batch = SlopeBatch(network: slopes, capacity: 1)
    let objective = slopes.objective(unit: 0, side: .upper)
    let alphas = (0..<slopes.unitCount).map { 0.3 + 0.4 * Float($0 % 2) }
    func bound(_ alphas: [Float]) -> Double {
      batch.reset()
      batch.add(
        number: 0, objective: objective, parameters: .init(alphas: alphas, shifts: []))
      batch.passBackward()
      return batch.bounds[0]
    }
    let middle = bound(alphas)
    batch.passForward(nil)
    let gradients = (0..<slopes.unitCount).map { batch.coefficients[$0] * batch.values[$0] }
    let isFree = (0..<slopes.unitCount).map {
      slopes.kinds[$0] == SlopeNetwork.Kind.open.rawValue && batch.coefficients[$0] < 0
    }
    for i in 0..<slopes.unitCount where isFree[i] {
      var moved = alphas
      let step: Float = 1e-2
      moved[i] += step
      let up = bound(moved)
      // The bound is convex in one slope as long as no sign of a coefficient changes.
      #expect(up - middle >= Double(gradients[i] * step) - 1e-3)
      moved[i] -= 2 * step
      #expect(bound(moved) - middle >= -Double(gradients[i] * step) - 1e-3)
    }
  }

  @Test(arguments: 0..<20)
  func theForwardPassEndsAtTheBound(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed))
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    let slopes = SlopeNetwork(
      network: network, domain: domain, intervals: FloatIntervals(state),
      layer: state.currentLayer)
    guard let last = slopes.parts.last else { return }
    let batch = SlopeBatch(network: slopes, capacity: 1)
    let objective = slopes.objective(unit: 1, side: .lower)
    batch.add(number: 0, objective: objective)
    batch.passBackward()
    batch.passForward(nil)
    let value = last.units.indices.reduce(objective.constant) {
      $0 + Double(objective.coefficients[$1] * batch.outputs[last.offset + $1])
    }
    #expect(abs(value - batch.bounds[0]) < 1e-3)
  }
}

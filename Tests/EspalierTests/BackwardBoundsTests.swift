import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

@testable import Espalier

/// Backward bounds claim what exact arithmetic then finds.
@Suite struct BackwardBoundsTests {
  @Test(arguments: 0..<40)
  func claimedBoundsAreThoseOfTheLeaf(seed: Int) throws {
    let network = try RandomNetworks.integers(seed: UInt64(seed), identityShare: 0.2)
    let domain = try RandomNetworks.box(for: network)
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete {
      state.openNextLayer()
      let k = state.currentLayer
      let targets = (0..<network.layers[k].unitCount).flatMap { j in
        Side.allCases.map { BackwardBounds.Target(unit: j, side: $0) }
      }
      let leaves = BackwardBounds(
        network: network, domain: domain, intervals: FloatIntervals(state)
      ).leaves(layer: k, targets: targets)
      for (target, found) in zip(targets, leaves) {
        let unit = UnitID(layer: k, index: target.unit)
        let bound = try state.bound(of: found.leaf, unit: unit, side: target.side, phases: [:])
        #expect(abs(bound.approximation - found.claimedBound) < 1e-4)
        for point in RandomNetworks.points(of: domain, count: 20, seed: UInt64(seed)) {
          let value = state.network.preactivations(at: point)[k][target.unit]
          #expect(target.side.sign * value <= bound)
        }
      }
    }
  }

  @Test func multiplierGridKeepsItsBits() {
    let grid = MultiplierGrid(largest: 1)
    #expect(grid.round(1) == 1)
    #expect(grid.round(0x1p-30) == 0)
    #expect(MultiplierGrid(exponent: -1).round(0.3) == 0.5)
    #expect(MultiplierGrid(largest: 0).round(0) == 0)
  }
}

import BigInt
import TestSupport
import Testing

@testable import Espalier

/// The bound of a subtree: the whole at the root, one at the end, never more than its parent's.
@Suite struct RemainingRegionBoundTests {
  private func randomShape(_ generator: inout SplitMix64) -> RegionShape {
    RegionShape(
      freeInputCount: Int.random(in: 0...6, using: &generator),
      layers: (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        .init(
          openCount: Int.random(in: 0...6, using: &generator),
          affineCount: Int.random(in: 0...2, using: &generator))
      })
  }

  @Test(arguments: 0..<200)
  func subtreesAreBoundedByTheirParents(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    let shape = randomShape(&generator)
    var remaining = RemainingRegionBound(shape)
    #expect(remaining.whole == RegionBounds(widths: shape).serra)
    for (k, layer) in shape.layers.enumerated() {
      for dimension in 0...shape.freeInputCount {
        for decided in 0...layer.openCount {
          let open = layer.openCount - decided
          let bounds = (0...decided).map { on in
            remaining.bound(
              layer: k, dimension: dimension, openCount: open,
              activeCount: layer.affineCount + on)
          }
          #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 })
          #expect(bounds.allSatisfy { $0 <= remaining.whole || k > 0 })
          #expect(dimension > 0 || bounds.allSatisfy { $0 == 1 })
        }
      }
    }
  }

  /// The patterns that go on from each beginning of a pattern are no more than the bound allows.
  @Test(arguments: 0..<6)
  func subtreesHoldNoMoreRegions(seed: Int) throws {
    let network = try RegionCounting.network(
      [2, 3, 3, 3, 2], seed: UInt64(seed), identityShare: seed % 2 == 0 ? 0.3 : 0)
    let state = RegionCounting.propagated(network, try RandomNetworks.box(for: network))
    let units = ExactProgram.openUnits(state: state, below: 4, phases: [:])
    let patterns = RegionCounting.patterns(state, layerCount: 4)
    let shape = RegionShape(proved: state, layerCount: 4)
    var remaining = RemainingRegionBound(shape)
    #expect(remaining.whole >= BigInt(patterns.count))
    for length in units.indices {
      for (beginning, rest) in Dictionary(grouping: patterns, by: { $0.isOn.prefix(length) }) {
        let layer = units[length].layer
        func activeCount(_ k: Int) -> Int {
          shape.layers[k].affineCount
            + beginning.indices.count { units[$0].layer == k && beginning[$0] }
        }
        let dimension = (0..<layer).reduce(shape.freeInputCount) { min($0, activeCount($1)) }
        let bound = remaining.bound(
          layer: layer, dimension: dimension,
          openCount: units[length...].count { $0.layer == layer },
          activeCount: activeCount(layer))
        #expect(bound >= BigInt(rest.count))
      }
    }
  }

  @Test func aNodeByHand() {
    let shape = RegionShape(
      freeInputCount: 2,
      layers: [.init(openCount: 3, affineCount: 0), .init(openCount: 2, affineCount: 0)])
    var remaining = RemainingRegionBound(shape)
    #expect(remaining.whole == 25)
    // One unit of three is off: two lines, 4 · {2 on} + 2 · 3 + 1 · 1 patterns.
    #expect(
      remaining.bound(layer: 0, dimension: 2, openCount: 2, activeCount: 0) == 4 + 2 * 3 + 1)
    #expect(remaining.bound(layer: 1, dimension: 1, openCount: 2, activeCount: 0) == 3)
    #expect(remaining.bound(layer: 1, dimension: 2, openCount: 0, activeCount: 2) == 1)
  }
}

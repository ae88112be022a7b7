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

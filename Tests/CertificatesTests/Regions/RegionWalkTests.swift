import NeuralNetwork
import Testing

@testable import Certificates

/// The path of a preorder walk, and what it counts.
@Suite struct RegionWalkTests {
  private static let (first, second) = (UnitID(layer: 0, index: 0), UnitID(layer: 0, index: 2))
  private static let third = UnitID(layer: 2, index: 1)

  @Test func finishesLayersInOrder() {
    var walk = RegionWalk(units: [Self.first, Self.second, Self.third])
    #expect(walk.mayTake(Self.first) && walk.mayTake(Self.second))
    #expect(!walk.mayTake(Self.third))
    #expect(!walk.mayTake(UnitID(layer: 0, index: 1)))
    walk.enter(Self.second, .on)
    #expect(walk.mayTake(Self.first))
    #expect(!walk.mayTake(Self.second) && !walk.mayTake(Self.third))
    walk.enter(Self.first, .zero)
    #expect(walk.mayTake(Self.third) && !walk.isComplete)
    #expect(walk.phases == [Self.first: .zero, Self.second: .on])
    walk.enter(Self.third, .off)
    #expect(walk.isComplete)
    for unit in [Self.first, Self.second, Self.third] { #expect(!walk.mayTake(unit)) }
  }

  @Test func comesBackToOnBranchesOnly() {
    var walk = RegionWalk(units: [Self.first, Self.second, Self.third])
    walk.enter(Self.first, .off, hasOtherBranch: true)
    walk.enter(Self.second, .on)
    walk.enter(Self.third, .off, hasOtherBranch: true)
    walk.endBranch()
    #expect(walk.phases == [Self.first: .off, Self.second: .on, Self.third: .on])
    #expect(!walk.isAtEnd)
    walk.endBranch()
    #expect(walk.phases == [Self.first: .on])
    #expect(walk.mayTake(Self.second) && !walk.mayTake(Self.third))
    walk.enter(Self.second, .zero)
    walk.enter(Self.third, .on)
    walk.endBranch()
    #expect(walk.isAtEnd && walk.phases.isEmpty)
    // Two nodes with both units of layer 0, three with all; nothing is open in layers 1 and 3.
    #expect(walk.counts(layerCount: 4) == [2, 2, 3, 3])
  }

  @Test func countsOneWhereNothingIsOpen() {
    var walk = RegionWalk(units: [Self.third])
    walk.enter(Self.third, .off, hasOtherBranch: true)
    walk.endBranch()
    walk.endBranch()
    #expect(walk.isAtEnd)
    #expect(walk.counts(layerCount: 3) == [1, 1, 2])
    #expect(walk.counts(layerCount: 1) == [1])
  }

  @Test func endsAtOnceWithoutUnits() {
    var walk = RegionWalk(units: [])
    #expect(walk.isComplete && !walk.mayTake(Self.first))
    walk.endBranch()
    #expect(walk.isAtEnd)
    #expect(walk.counts(layerCount: 2) == [1, 1])
  }
}

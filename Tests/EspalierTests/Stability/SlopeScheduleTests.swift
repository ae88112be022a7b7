import Certificates
import NeuralNetwork
import Testing

@testable import Espalier

/// Passes grow, and sides that need much wait.
@Suite struct SlopeScheduleTests {
  private let near = BackwardBounds.Target(unit: 1, side: .upper)
  private let far = BackwardBounds.Target(unit: 0, side: .lower)

  private func answer(_ needed: Double?) -> UnitAnswer {
    UnitAnswer(
      finding: .nothing(needed == nil ? .caller : .nodes), engine: nil, points: [],
      neededNodes: needed)
  }

  @Test func passesEndAtTheLimit() {
    #expect(SlopeSchedule(nodeLimit: 20_000).nodeLimits == [64, 512, 4096, 20_000])
    #expect(SlopeSchedule(nodeLimit: 64).nodeLimits == [64])
    #expect(SlopeSchedule(nodeLimit: 1).nodeLimits == [1])
  }

  @Test func whatNeedsLeastComesFirst() {
    var schedule = SlopeSchedule(nodeLimit: 4096)
    #expect(schedule.order([far, near], nodeLimit: 64) == [far, near])
    schedule.note(answer(4000), to: far)
    schedule.note(answer(500), to: near)
    #expect(schedule.order([far, near], nodeLimit: 512) == [near, far])
    schedule.note(answer(5000), to: far)
    #expect(schedule.order([far, near], nodeLimit: 512) == [near])
    #expect(schedule.order([far, near], nodeLimit: 4096) == [near, far])
  }

  @Test func whatIsStuckIsNotAskedAgain() {
    var schedule = SlopeSchedule(nodeLimit: 4096)
    schedule.note(answer(nil), to: far)
    #expect(schedule.order([far, near], nodeLimit: 4096) == [near])
  }
}

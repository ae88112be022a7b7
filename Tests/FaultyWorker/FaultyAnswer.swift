internal import Certificates
internal import Espalier
internal import Foundation

/// One query that meets a fault.
struct FaultyAnswer {
  let plan: FaultPlan
  let query: UnitQuery
  let state: ProofState
  /// An answer to an earlier query; empty if there was none.
  let stale: [UInt8]

  /// What goes back to the parent in place of the truth, unless this process ends over it.
  func answer(_ truth: [UInt8]) -> [UInt8] {
    switch plan.fault {
    case .crash:
      plan.enter(query)
      kill(getpid(), SIGSEGV)
      return []
    case .abort:
      plan.enter(query)
      abort()
    case .half:
      plan.enter(query)
      send(Array(frame(truth).prefix(4 + truth.count / 2)))
      _exit(0)
    case .hang:
      plan.enter(query)
      while true { sleep(1000) }
    case .garbage, .chatter: return noise(truth)
    case .other: return answerToAnother(truth)
    case .multipliers, .leaves, .witness, .shape: return lie(truth)
    case .optimum, .duals, .infeasible: return truth
    }
  }

  private func noise(_ truth: [UInt8]) -> [UInt8] {
    plan.enter(query)
    let bytes = (0..<200).map { _ in UInt8(plan.random(below: 256)) }
    if plan.fault == .chatter {
      send(frame(truth) + frame(bytes))
      while true { sleep(1000) }
    }
    switch plan.random(below: 3) {
    case 0: return bytes
    case 1: return Array(truth.dropLast(plan.random(below: truth.count)))
    default:
      send([255, 255, 255, 255] + bytes)
      while true { sleep(1000) }
    }
  }

  private func answerToAnother(_ truth: [UInt8]) -> [UInt8] {
    guard !stale.isEmpty, stale != truth else { return truth }
    plan.enter(query)
    return stale
  }

  private func lie(_ truth: [UInt8]) -> [UInt8] {
    guard let answer = UnitMessage.readAnswer(truth),
      let lie = plan.altered(answer, to: query, state: state), lie != answer
    else { return truth }
    plan.enter(query)
    return UnitMessage.encode(lie)
  }

  private func frame(_ bytes: [UInt8]) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) } + bytes
  }

  private func send(_ bytes: [UInt8]) { _ = write(4, bytes, bytes.count) }
}

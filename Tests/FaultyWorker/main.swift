// A worker for tests: it searches as `espalier worker` does, and fails as the variable `FAULT` of
// its environment says (see `FaultPlan`).

internal import CBCBackend
internal import Espalier
internal import Foundation
internal import Workers

guard let plan = FaultPlan(environment: ProcessInfo.processInfo.environment) else { exit(64) }
let lies = LieSwitch()
var service = QueryService(
  UnitSearch(lpEngine: LyingLPEngine(lies: lies), milpSolver: LyingMILPSolver(lies: lies)))
/// The last answer to another query.
var stale: [UInt8] = []

WorkerLoop.run(
  initialize: { service.setUp($0) },
  handle: { message in
    guard let (query, state) = service.read(message) else { return [] }
    let isDue = plan.isDue(query)
    if isDue && plan.fault.isOfSolvers {
      lies.generator = plan.generator
      lies.fault = plan.fault
    }
    let liesBefore = lies.count
    let truth = isDue && plan.fault == .hang ? [] : service.answer(message)
    lies.fault = nil
    if lies.count > liesBefore { plan.enter(query) }
    defer { stale = truth }
    guard isDue, !plan.fault.isOfSolvers else { return truth }
    return FaultyAnswer(plan: plan, query: query, state: state, stale: stale).answer(truth)
  })

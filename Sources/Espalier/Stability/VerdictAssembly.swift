internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Reads the verdicts off what is proved and confirmed.
struct VerdictAssembly {
  let state: ProofState
  let book: WitnessBook
  let ledger: SettlementLedger
  /// What ended the last query about a unit that brought nothing.
  let unitLimits: [UnitID: Limit]
  /// What ended the analysis before its end, if anything did.
  let limit: Limit?
  let options: AnalysisOptions
  /// The boxes that cut initial intervals, if there are any.
  let boxes: BoxProof?
  /// What a runtime that rounds may add to each unit.
  let floatBound: FloatEvaluationBound

  /// One verdict per ReLU unit, in order.
  var verdicts: [Verdict] { state.network.network.reluUnits.map(verdict) }

  private func verdict(on unit: UnitID) -> Verdict {
    let interval = state[unit]
    let stage = ledger[unit] ?? StabilityAnalysis.firstStage(layer: unit.layer, boxes: boxes)
    let constant = interval.isPoint ? interval.lower : nil
    if interval.upper.signum <= 0 {
      return Verdict(
        unit: unit, stability: .stablyInactive, bounds: interval, settledBy: stage,
        constant: constant, floatSafe: floatBound.isFloatSafe(unit, .stablyInactive))
    }
    if interval.lower.signum >= 0 {
      return Verdict(
        unit: unit, stability: .stablyActive, bounds: interval, settledBy: stage,
        constant: constant, floatSafe: floatBound.isFloatSafe(unit, .stablyActive))
    }
    let positive = book.witness(of: unit, sign: 1)
    let negative = book.witness(of: unit, sign: -1)
    if positive != nil && negative != nil {
      return Verdict(
        unit: unit, stability: .unstable, bounds: interval, settledBy: ledger[unit] ?? "samples",
        positive: positive, negative: negative)
    }
    return Verdict(
      unit: unit, stability: .undecided, bounds: interval, settledBy: "none",
      positive: positive, negative: negative, limit: limitName(unit))
  }

  private func limitName(_ unit: UnitID) -> String {
    switch unitLimits[unit] {
    case .seconds: return "seconds"
    case .workers: return "workers"
    case .nodes, .iterations, .caller, nil: break
    }
    switch limit {
    case .nodes, .iterations, .workers, nil:
      return options.engines == Set(Engine.allCases) ? "nodes" : "engines"
    case .seconds: return "seconds"
    case .caller: return "interrupted"
    }
  }
}

internal import Espalier
internal import Glibc
internal import Synchronization

/// One line on the terminal that says how far a count of regions has come.
final class RegionProgressLine: Sendable {
  private struct State {
    var progress: RegionProgress?
    var last: ContinuousClock.Instant?
  }

  private let isShown: Bool
  private let watch: RegionLimits.Watch
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(isShown: Bool, watch: RegionLimits.Watch) {
    self.isShown = isShown
    self.watch = watch
  }

  /// Notes how far the count is.
  func show(_ progress: RegionProgress) {
    state.withLock { $0.progress = progress }
    tick()
  }

  /// Draws the line, if one is due.
  func tick() {
    guard isShown else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      guard state.last.map({ now - $0 >= .milliseconds(200) }) ?? true else { return }
      state.last = now
      Console.rewriteErrorLine(text(state.progress, elapsed: (now - start).seconds))
    }
  }

  /// Wipes the line.
  func clear() {
    state.withLock { state in
      if state.last != nil { Console.rewriteErrorLine("") }
      state.last = nil
    }
  }

  private func text(_ progress: RegionProgress?, elapsed: Double) -> String {
    let found = watch.foundCount
    let rate = elapsed > 0 ? Int(Double(found) / elapsed) : 0
    var text = "\(found) regions · \(rate) per second"
    if let progress, progress.doneCount > 0 {
      let share = Double(progress.doneCount) / Double(progress.pieceCount)
      text += " · \(progress.doneCount) of \(progress.pieceCount) pieces"
      text += " · about \(Int(Double(found) / share)) in all"
      if progress.partCount > 1 { text += " · part \(progress.part + 1) of \(progress.partCount)" }
    }
    return text
  }
}

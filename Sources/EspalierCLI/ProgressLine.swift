internal import Espalier
internal import Glibc

/// One line on the terminal that says how far an analysis has come.
final class ProgressLine {
  /// The shortest time between two drawings.
  private static let pause = Duration.milliseconds(100)

  private let isShown: Bool
  private let start = ContinuousClock.now
  private var last: ContinuousClock.Instant?
  private var current: AnalysisProgress?

  init(isShown: Bool) { self.isShown = isShown }

  /// Draws the line, if one is due.
  func show(_ progress: AnalysisProgress) {
    current = progress
    tick()
  }

  /// Draws the line again with the time that has passed since, if one is due.
  func tick() {
    guard let progress = current else { return }
    let now = ContinuousClock.now
    guard isShown, last.map({ now - $0 >= Self.pause }) ?? true else { return }
    last = now
    let line = text(progress, elapsed: (now - start).seconds)
    Console.rewriteErrorLine(String(line.prefix(Self.terminalWidth - 1)))
  }

  /// Wipes the line.
  func clear() {
    if last != nil { Console.rewriteErrorLine("") }
    (last, current) = (nil, nil)
  }

  private static var terminalWidth: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
      ? Int(size.ws_col) : 80
  }

  private func text(_ progress: AnalysisProgress, elapsed: Double) -> String {
    let settledCount = progress.settled.values.reduce(0, +)
    let stages = progress.settled.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    var parts = [
      "layer \(progress.layer) of 0…\(progress.lastLayer)",
      progress.stage + (progress.unit.map { " from unit \($0)" } ?? ""),
      "settled \(settledCount)/\(progress.unitCount)", "open here \(progress.openCount)",
      "\(ShortNumber.text((elapsed * 10).rounded() / 10)) s",
    ]
    if settledCount > 0 && settledCount < progress.unitCount {
      let rest = elapsed / Double(settledCount) * Double(progress.unitCount - settledCount)
      parts.append("about \(ShortNumber.text(rest.rounded())) s left")
    }
    return (parts + [stages]).joined(separator: " · ")
  }
}

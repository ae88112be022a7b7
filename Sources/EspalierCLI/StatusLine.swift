/// One line on the terminal that says what a command does now.
final class StatusLine {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var hasText = false

  init(isShown: Bool) { self.isShown = isShown }

  /// Writes over the line.
  func show(_ text: String) {
    guard isShown else { return }
    hasText = true
    let seconds = Int((ContinuousClock.now - start).seconds)
    Console.rewriteErrorLine(String("\(text) · \(seconds) s".prefix(79)))
  }

  /// Wipes the line.
  func clear() {
    if hasText { Console.rewriteErrorLine("") }
    hasText = false
  }
}

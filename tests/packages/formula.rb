# ruby formula.rb FORMULA SYSTEM CPU PREFIX
#
# Stands in for Homebrew: reads a formula as on this system, installs from the working directory, an
# unpacked archive, into PREFIX, runs the formula's test and prints what the formula says.
require "fileutils"
require "pathname"

FORMULA, SYSTEM, CPU, PREFIX = ARGV

class Pathname
  def install(*names)
    names.each { |name| FileUtils.cp_r(name, self) }
  end
end

class Formula
  FACTS = {}
  class << self
    %i[desc homepage version license url sha256].each do |name|
      define_method(name) do |value|
        raise "#{name} is said twice" if FACTS.key?(name)
        FACTS[name] = value
      end
    end
    { on_macos: "macos", on_linux: "linux", on_arm: "arm", on_intel: "intel" }.each do |name, kind|
      define_method(name) { |&block| block.call if [SYSTEM, CPU].include?(kind) }
    end

    def test(&block)
      define_method(:check, &block)
    end
  end

  def prefix = Pathname.new(PREFIX)
  def bin = prefix/"bin"
  def version = FACTS[:version]
  def shell_output(command) = `#{command}`

  def assert_equal(expected, actual)
    raise "#{actual} is not #{expected}" if actual != expected
  end
end

load FORMULA
formula = Awsmfa.new
formula.install
formula.check
puts Formula::FACTS.values_at(:desc, :homepage, :version, :url, :sha256)

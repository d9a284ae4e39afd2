// Jest requires what it loads. Packages that export themselves to `import` only are found by asking again as `import`;
// which of them swc must compile stands in jest.config.mjs.
module.exports = (request, options) => {
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    const conditions = (options.conditions ?? []).filter((condition) => condition !== 'require');
    try {
      return options.defaultResolver(request, { ...options, conditions: [...conditions, 'import'] });
    } catch {
      throw error; // The first says what is missing.
    }
  }
};

/** Where this layer says what it survived. One line per event; `facts` holds no secret. */
export type Log = (message: string, facts?: object) => void;
